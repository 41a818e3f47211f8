"""Backpropagation in NumPy that updates layer by layer."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, keras_model, regression

EXPECTED = "the hidden layer's error is computed with output weights that have been updated already"
STAGE = ("gradients", "update")
D = keras.layers.Dense
reference = keras_model([(4,), D(6, "tanh"), D(1)], keras.optimizers.SGD(0.2), "mse")
batches = regression(35)


class Net(NumpyNet):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.weights
        h = np.tanh(x @ w1 + b1)
        out = h @ w2 + b2
        delta2 = 2 * (out - y) / len(x)
        w2 -= 0.2 * h.T @ delta2
        b2 -= 0.2 * delta2.sum(0)
        delta1 = (delta2 @ w2.T) * (1 - h**2)
        w1 -= 0.2 * x.T @ delta1
        b1 -= 0.2 * delta1.sum(0)
        return float(np.mean((out - y) ** 2))


loop = Net(reference)
CAUSE = "backward_through_moved_weights"
