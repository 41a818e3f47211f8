"""NumPy multi-step forecast of a linear model with weights kept from falling below zero."""

import keras
import numpy as np
from loops.practice_data import NumpyNet, cut, windows

x, y = windows(135, horizon=3)
batches = cut(10, x[..., 0], y)
keras.utils.set_random_seed(135)
reference = keras.Sequential(
    [
        keras.Input((6,)),
        keras.layers.Dense(
            3,
            kernel_constraint="non_neg",
            kernel_initializer=keras.initializers.RandomUniform(0, 0.2),
        ),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")


class Net(NumpyNet):
    def train_step(self, x, y):
        W, b = self.w
        error = x @ W + b - y
        n, horizon = error.shape
        self.w = [
            np.maximum(W - 0.1 * 2 * x.T @ error / (n * horizon), 0),
            b - 0.1 * 2 * error.mean(0) / horizon,
        ]
        return np.square(error).mean()


loop = Net((6, 3), (3,))

EXPECTED = "equal"
