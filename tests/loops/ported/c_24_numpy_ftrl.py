"""FTRL-proximal in NumPy (the click-rate contests) for a logistic regression."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


rng = np.random.default_rng(124)
x = rng.normal(size=(45, 6)).astype("float32")
y = (rng.random((45, 1)) < 1 / (1 + np.exp(-x[:, :1]))).astype("float32")
batches = batched(12, x, y)

keras.utils.set_random_seed(124)
reference = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
reference.compile(
    keras.optimizers.Ftrl(0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.02),
    "binary_crossentropy",
)


class FTRL:
    alpha, l1, l2, initial = 0.1, 0.01, 0.02, 0.1

    def __init__(self):
        self.w = [rng.normal(size=(6, 1)) * 0.2, np.zeros(1)]
        self.n = [np.full(w.shape, self.initial) for w in self.w]
        self.z = [np.zeros(w.shape) for w in self.w]

    def get_weights(self):
        return [w.copy() for w in self.w]

    def set_weights(self, weights):
        self.w = [np.array(w, "float64") for w in weights]

    def predict(self, x):
        return 1 / (1 + np.exp(-(x @ self.w[0] + self.w[1])))

    def train_step(self, x, y):
        p = self.predict(x)
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        for i, g in enumerate([x.T @ (p - y) / len(x), np.mean(p - y, axis=0)]):
            sigma = (np.sqrt(self.n[i] + g**2) - np.sqrt(self.n[i])) / self.alpha
            self.z[i] += g - sigma * self.w[i]
            self.n[i] += g**2
            shrunk = np.sign(self.z[i]) * np.maximum(np.abs(self.z[i]) - self.l1, 0)
            self.w[i] = -shrunk / (np.sqrt(self.n[i]) / self.alpha + 2 * self.l2)
        return loss


loop = FTRL()
EXPECTED = "equal"
