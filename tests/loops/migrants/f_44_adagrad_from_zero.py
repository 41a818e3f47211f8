"""Adagrad after cs231n: cache += dx**2, from a cache of zeros."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, keras_model, regression

EXPECTED = "the accumulator starts at 0, Keras's Adagrad at 0.1"
STAGE = ("update",)
D = keras.layers.Dense
reference = keras_model([(4,), D(6, "relu"), D(1)], keras.optimizers.Adagrad(0.05), "mse")
batches = regression(44)


class Net(NumpyNet):
    cache = None

    def train_step(self, x, y):
        w1, b1, w2, b2 = self.weights
        h = np.maximum(x @ w1 + b1, 0)
        e = h @ w2 + b2 - y
        d2 = 2 * e / len(x)
        d1 = (d2 @ w2.T) * (h > 0)
        grads = [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]
        if self.cache is None:
            self.cache = [np.zeros_like(g) for g in grads]
        for i, g in enumerate(grads):
            self.cache[i] = self.cache[i] + g**2
            self.weights[i] = self.weights[i] - 0.05 * g / np.sqrt(self.cache[i] + 1e-7)
        return float(np.mean(e**2))


loop = Net(reference)
CAUSE = "adagrad_start_value"
