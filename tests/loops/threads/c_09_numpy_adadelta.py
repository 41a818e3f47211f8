"""Adadelta from scratch (NumPy), without a learning rate as in the paper."""

import keras
import numpy as np

EXPECTED = "equal"

keras.utils.set_random_seed(109)
rng = np.random.default_rng(109)
x = rng.normal(size=(28, 4)).astype("float32")
labels = np.argmax(x[:, :3] + 0.5 * rng.normal(size=(28, 3)), axis=1)
y = np.eye(3, dtype="float32")[labels]
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 28, 8)]


class Adadelta:
    def __init__(self, rho=0.95, eps=1e-5):
        self.rho, self.eps = rho, eps
        self.Eg, self.Edx = {}, {}

    def __call__(self, key, g):
        self.Eg[key] = self.rho * self.Eg.get(key, 0.0) + (1 - self.rho) * g**2
        dx = -np.sqrt(self.Edx.get(key, 0.0) + self.eps) / np.sqrt(self.Eg[key] + self.eps) * g
        self.Edx[key] = self.rho * self.Edx.get(key, 0.0) + (1 - self.rho) * dx**2
        return dx


class Softmax:
    def __init__(self):
        self.W, self.b = np.zeros((4, 3)), np.zeros(3)
        self.rule = Adadelta()

    def get_weights(self):
        return [self.W.copy(), self.b.copy()]

    def set_weights(self, weights):
        self.W, self.b = [np.array(w, "float64") for w in weights]

    def train_step(self, x, y):
        s = x @ self.W + self.b
        logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        d = (np.exp(logp) - y) / len(x)
        self.W += self.rule("W", x.T @ d)
        self.b += self.rule("b", d.sum(axis=0))
        return -np.sum(y * logp) / len(x)


loop = Softmax()
reference = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
reference.compile(
    keras.optimizers.Adadelta(1.0, epsilon=1e-5),
    keras.losses.CategoricalCrossentropy(from_logits=True),
)
