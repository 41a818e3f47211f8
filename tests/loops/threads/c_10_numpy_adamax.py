"""Adamax from scratch in NumPy in float32."""

import keras
import numpy as np

EXPECTED = "equal"

keras.utils.set_random_seed(110)
rng = np.random.default_rng(110)
x = rng.normal(size=(30, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(30, 1))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 30, 8)]


class Net:
    def __init__(self):
        self.params = [
            rng.normal(size=(4, 6)).astype("float32"),
            np.zeros(6, "float32"),
            rng.normal(size=(6, 1)).astype("float32"),
            np.zeros(1, "float32"),
        ]
        self.m = [np.zeros_like(p) for p in self.params]
        self.u = [np.zeros_like(p) for p in self.params]
        self.t = 0

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float32") for w in weights]

    def predict(self, x):
        W1, b1, W2, b2 = self.params
        return np.maximum(x @ W1 + b1, 0) @ W2 + b2

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.params
        h = np.maximum(x @ W1 + b1, 0)
        diff = h @ W2 + b2 - y
        g2 = 2 * diff / np.float32(len(x))
        g1 = (g2 @ W2.T) * (h > 0)
        self.t += 1
        for p, m, u, g in zip(
            self.params, self.m, self.u, [x.T @ g1, g1.sum(0), h.T @ g2, g2.sum(0)]
        ):
            m += (g - m) * np.float32(0.1)
            u[...] = np.maximum(np.float32(0.999) * u, np.abs(g))
            p -= np.float32(0.01 / (1 - 0.9**self.t)) * m / (u + np.float32(1e-7))
        return np.mean(diff**2)


loop = Net()
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.Adamax(0.01), "mse")
