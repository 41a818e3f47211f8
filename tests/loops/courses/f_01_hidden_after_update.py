"""A two-layer network of a course, in NumPy (iamtrask style)."""

import keras
import numpy as np
from loops.course_data import Arrays, mlp, regression, sigmoid


class Net(Arrays):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.params
        hidden = sigmoid(x @ w1 + b1)
        out = hidden @ w2 + b2
        loss = np.mean((out - y) ** 2)
        delta2 = 2 * (out - y) / y.size
        w2 -= 0.5 * hidden.T @ delta2
        b2 -= 0.5 * delta2.sum(axis=0)
        delta1 = delta2 @ w2.T * hidden * (1 - hidden)
        w1 -= 0.5 * x.T @ delta1
        b1 -= 0.5 * delta1.sum(axis=0)
        return loss

    def predict(self, x):
        w1, b1, w2, b2 = self.params
        return sigmoid(x @ w1 + b1) @ w2 + b2


loop = Net()
reference = mlp([4, 6, 1], "sigmoid")
reference.compile(keras.optimizers.SGD(0.5), "mse")
batches = regression(0)

EXPECTED = "The hidden layer's error is computed from the output weights after they have been updated, so the first layer gets a gradient from other weights."
STAGE = ("gradients",)
CAUSE = "backward_through_moved_weights"
