"""NumPy regression with Nesterov momentum; all gradients are taken before any update."""

import keras
import numpy as np
from loops.practice_data import NumpyNet, cut, mlp, tabular

x, y = tabular(134, out=2)
batches = cut(10, x, y)
reference = mlp(134, 4, 2, hidden_activation="sigmoid")
reference.compile(keras.optimizers.SGD(0.3, momentum=0.8, nesterov=True), "mse")


class Net(NumpyNet):
    def __init__(self, *shapes):
        super().__init__(*shapes)
        self.velocity = [np.zeros(s, "float32") for s in shapes]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.w
        h = 1 / (1 + np.exp(-(x @ W1 + b1)))
        out = h @ W2 + b2
        delta = 2 * (out - y) / y.size
        delta_h = delta @ W2.T * h * (1 - h)
        grads = [x.T @ delta_h, delta_h.sum(axis=0), h.T @ delta, delta.sum(axis=0)]
        for k, g in enumerate(grads):
            before = self.velocity[k]
            self.velocity[k] = 0.8 * before - 0.3 * g
            self.w[k] += -0.8 * before + 1.8 * self.velocity[k]
        return np.mean((out - y) ** 2)


loop = Net((4, 5), (5,), (5, 2), (2,))

EXPECTED = "equal"
