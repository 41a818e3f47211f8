"""Gradients by the complex step, exact to rounding, as a check of backpropagation."""

import keras
import numpy as np
from loops.feature_data import L, reg, split

D = "float64"


def build():
    model = keras.Sequential(
        [L.Input((3,), dtype=D), L.Dense(4, "tanh", dtype=D), L.Dense(1, dtype=D)]
    )
    model.compile(keras.optimizers.SGD(0.125, momentum=0.5), keras.losses.MeanSquaredError(dtype=D))
    return model


keras.utils.set_random_seed(156)
reference = build()
batches = split(*reg(156, 25, 3, 1, "float64"), 10)


class Network:
    def __init__(self):
        self.set_weights(reference.get_weights())
        self.velocity = np.zeros_like(self.flat)

    def get_weights(self):
        return [
            part.reshape(shape).copy()
            for part, shape in zip(np.split(self.flat, [12, 16, 20]), [(3, 4), (4,), (4, 1), (1,)])
        ]

    def set_weights(self, weights):
        self.flat = np.concatenate([np.ravel(w) for w in weights])

    def loss(self, flat, x, y):
        W, b, V, c = np.split(flat, [12, 16, 20])
        return np.mean((np.tanh(x @ W.reshape(3, 4) + b) @ V.reshape(4, 1) + c - y) ** 2)

    def train_step(self, x, y):
        h = 1e-30
        grads = np.array(
            [self.loss(self.flat + 1j * h * unit, x, y).imag / h for unit in np.eye(21)]
        )
        loss = self.loss(self.flat, x, y)
        self.velocity = 0.5 * self.velocity - 0.125 * grads
        self.flat = self.flat + self.velocity
        return loss


loop = Network()
EXPECTED = "equal"
