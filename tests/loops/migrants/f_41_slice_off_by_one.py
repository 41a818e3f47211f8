"""Mini-batches by slices with MATLAB's inclusive ends in mind."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, keras_model, regression

EXPECTED = "the slice ends at i + batch_size - 1, so the last sample of each batch is never used"
STAGE = ("data",)
D = keras.layers.Dense
reference = keras_model([(4,), D(6, "tanh"), D(1)], keras.optimizers.SGD(0.1), "mse")
batches = regression(41)


class Net(NumpyNet):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.weights
        h = np.tanh(x @ w1 + b1)
        e = h @ w2 + b2 - y
        d2 = 2 * e / len(x)
        d1 = (d2 @ w2.T) * (1 - h**2)
        grads = [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]
        self.weights = [w - 0.1 * g for w, g in zip(self.weights, grads)]
        return float(np.mean(e**2))

    def fit(self, x, y, batch_size):
        total, seen = 0.0, 0
        for i in range(0, len(x), batch_size):
            xb, yb = x[i : i + batch_size - 1], y[i : i + batch_size - 1]
            if len(xb):
                total += self.train_step(xb, yb) * len(xb)
                seen += len(xb)
        return total / seen


loop = Net(reference)
CAUSE = "batch_size_ignored"
