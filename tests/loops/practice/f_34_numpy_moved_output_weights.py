"""NumPy regression: the output layer is updated before the error goes back through it."""

import keras
import numpy as np
from loops.practice_data import NumpyNet, cut, mlp, tabular

x, y = tabular(34, out=2)
batches = cut(10, x, y)
reference = mlp(45, 4, 2, hidden_activation="sigmoid")
reference.compile(keras.optimizers.SGD(0.3), "mse")


class Net(NumpyNet):
    def train_step(self, x, y):
        W1, b1, W2, b2 = self.w
        h = 1 / (1 + np.exp(-(x @ W1 + b1)))
        out = h @ W2 + b2
        delta = 2 * (out - y) / y.size
        W2 -= 0.3 * h.T @ delta
        b2 -= 0.3 * delta.sum(axis=0)
        delta_h = delta @ W2.T * h * (1 - h)
        W1 -= 0.3 * x.T @ delta_h
        b1 -= 0.3 * delta_h.sum(axis=0)
        return np.mean((out - y) ** 2)


loop = Net((4, 5), (5,), (5, 2), (2,))
EXPECTED = "The error of the hidden layer is computed with the output weights after their update."
STAGE = ("gradients", "update")
CAUSE = "backward_through_moved_weights"
