"""Adam from scratch in NumPy, on a small regression network."""

import keras
import numpy as np

EXPECTED = "Adam's bias correction divides by 1 - beta at every step instead of by 1 - beta**t."
STAGE = ("state", "update")

keras.utils.set_random_seed(4)
rng = np.random.default_rng(4)
x = rng.normal(size=(34, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(34, 1))).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 34, 10)]


class Adam:
    def __init__(self, lr=0.01, beta1=0.9, beta2=0.999, epsilon=1e-10):
        self.lr, self.beta1, self.beta2, self.epsilon = lr, beta1, beta2, epsilon
        self.m = self.v = None

    def update(self, params, grads):
        if self.m is None:
            self.m = [np.zeros_like(p) for p in params]
            self.v = [np.zeros_like(p) for p in params]
        for i, (p, g) in enumerate(zip(params, grads)):
            self.m[i] = self.beta1 * self.m[i] + (1 - self.beta1) * g
            self.v[i] = self.beta2 * self.v[i] + (1 - self.beta2) * g**2
            m_hat = self.m[i] / (1 - self.beta1)
            v_hat = self.v[i] / (1 - self.beta2)
            p -= self.lr * m_hat / (np.sqrt(v_hat) + self.epsilon)


class MLP:
    def __init__(self):
        self.params = [rng.normal(size=(5, 7)), np.zeros(7), rng.normal(size=(7, 1)), np.zeros(1)]
        self.optimizer = Adam()

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.params
        z1 = x @ W1 + b1
        a1 = np.maximum(0, z1)
        out = a1 @ W2 + b2
        d2 = 2 * (out - y) / len(x)
        d1 = (d2 @ W2.T) * (z1 > 0)
        self.optimizer.update(self.params, [x.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0)])
        return np.mean((out - y) ** 2)


loop = MLP()
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(7, activation="relu"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.Adam(0.01, epsilon=1e-10), "mse")
CAUSE = "adam_count_frozen"
