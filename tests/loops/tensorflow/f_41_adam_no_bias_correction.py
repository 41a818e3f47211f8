"""Adam in NumPy without bias correction, as in the first version of CS231n's notes."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(803)
rng = np.random.default_rng(803)
x = rng.normal(size=(34, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(34, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(6, activation="tanh"), L.Dense(1)])
reference.compile(keras.optimizers.Adam(0.01), "mse")


class Net:
    def __init__(self):
        self.p = reference.get_weights()
        self.m = [np.zeros_like(p) for p in self.p]
        self.v = [np.zeros_like(p) for p in self.p]

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.p
        h = np.tanh(x @ W1 + b1)
        e = h @ W2 + b2 - y
        d2 = 2 * e / len(x)
        d1 = d2 @ W2.T * (1 - h * h)
        for i, dx in enumerate([x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]):
            self.m[i] = 0.9 * self.m[i] + (1 - 0.9) * dx
            self.v[i] = 0.999 * self.v[i] + (1 - 0.999) * dx**2
            self.p[i] = self.p[i] - 0.01 * self.m[i] / (np.sqrt(self.v[i]) + 1e-7)
        return (e * e).mean()


loop = Net()

EXPECTED = "Adam's bias correction is missing."
STAGE = ("update",)
CAUSE = "adam_without_bias_correction"
