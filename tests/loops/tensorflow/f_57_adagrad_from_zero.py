"""Adagrad with an accumulator that starts at zero."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(188)
rng = np.random.default_rng(188)
x = rng.normal(size=(40, 4)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(40, 1)) > 0).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 40, 14)]

reference = keras.Sequential(
    [keras.Input((4,)), L.Dense(6, activation="tanh"), L.Dense(1, activation="sigmoid")]
)
reference.compile(keras.optimizers.Adagrad(0.05), "binary_crossentropy")


class Net:
    def __init__(self):
        self.p = reference.get_weights()
        self.h = [np.zeros_like(p) for p in self.p]

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.p
        a = np.tanh(x @ W1 + b1)
        q = 1 / (1 + np.exp(-(a @ W2 + b2)))
        d2 = (q - y) / len(x)
        d1 = d2 @ W2.T * (1 - a * a)
        for i, g in enumerate([x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0)]):
            self.h[i] += g * g
            self.p[i] = self.p[i] - 0.05 * g / np.sqrt(self.h[i] + 1e-7)
        return -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))


loop = Net()

EXPECTED = "Adagrad's accumulator starts at 0 instead of at 0.1."
STAGE = ("update",)
CAUSE = "adagrad_start_value"
