"""A NumPy fit that shuffles at the start of an epoch."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, keras_model, regression

EXPECTED = "x is shuffled and y is not, so inputs and targets no longer belong together"
STAGE = ("data",)
reference = keras_model([(4,), keras.layers.Dense(1)], keras.optimizers.SGD(0.1), "mse")
batches = regression(43, n=30)
rng = np.random.default_rng(0)


class LinearModel(NumpyNet):
    def train_step(self, x, y):
        w, b = self.weights
        e = x @ w + b - y
        self.weights = [w - 0.1 * 2 * x.T @ e / len(x), b - 0.1 * 2 * e.mean(0)]
        return float(np.mean(e**2))

    def fit(self, x, y, batch_size):
        x = x[rng.permutation(len(x))]
        total = 0.0
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size], y[i : i + batch_size]
            total += self.train_step(xb, yb) * len(xb)
        return total / len(x)


loop = LinearModel(reference)
CAUSE = "shuffled_apart"
