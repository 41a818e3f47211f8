"""NumPy SGD with decoupled weight decay: p -= lr * g, then p *= 1 - wd."""

import keras
import numpy as np

EXPECTED = "The weight decay is not multiplied by the learning rate, so the weights shrink by wd instead of by lr * wd at each step."
STAGE = ("update",)

keras.utils.set_random_seed(16)
rng = np.random.default_rng(16)
x = rng.normal(size=(24, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(24, 1))).astype("float32")
batches = [(x[i : i + 7], y[i : i + 7]) for i in range(0, 24, 7)]


class SGDW:
    def __init__(self, lr, weight_decay):
        self.lr, self.weight_decay = lr, weight_decay

    def step(self, params, grads):
        for p, g in zip(params, grads):
            p *= 1 - self.weight_decay
            p -= self.lr * g


class Net:
    def __init__(self):
        self.params = [rng.normal(size=(4, 6)), np.zeros(6), rng.normal(size=(6, 1)), np.zeros(1)]
        self.optimizer = SGDW(lr=0.05, weight_decay=0.02)

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.params
        a = np.tanh(x @ W1 + b1)
        error = a @ W2 + b2 - y
        d2 = 2 * error / len(x)
        d1 = d2 @ W2.T * (1 - a**2)
        self.optimizer.step(self.params, [x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0)])
        return np.mean(error**2)


loop = Net()
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="tanh"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05, weight_decay=0.02), "mse")
CAUSE = "decay_without_rate"
