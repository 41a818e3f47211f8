"""A NumPy loop over range(n // batch_size) batches."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, binary, keras_model

EXPECTED = "n // batch_size batches are used, so the smaller last batch is left out"
STAGE = ("data",)
reference = keras_model(
    [(5,), keras.layers.Dense(1, "sigmoid")], keras.optimizers.SGD(0.5), "binary_crossentropy"
)
batches = binary(42)


class LogisticRegression(NumpyNet):
    def train_step(self, x, y):
        w, b = self.weights
        p = 1 / (1 + np.exp(-(x @ w + b)))
        self.weights = [w - 0.5 * x.T @ (p - y) / len(x), b - 0.5 * np.mean(p - y, axis=0)]
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    def fit(self, x, y, batch_size):
        losses, sizes = [], []
        for i in range(len(x) // batch_size):
            xb = x[i * batch_size : (i + 1) * batch_size]
            yb = y[i * batch_size : (i + 1) * batch_size]
            losses.append(self.train_step(xb, yb))
            sizes.append(len(xb))
        return np.average(losses, weights=sizes)


loop = LogisticRegression(reference)
CAUSE = "last_batch_dropped"
