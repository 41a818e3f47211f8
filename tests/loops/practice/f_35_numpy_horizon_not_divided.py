"""NumPy multi-step forecast: the gradient of the MSE is divided by the samples only."""

import keras
import numpy as np
from loops.practice_data import NumpyNet, cut, mlp, windows

x, y = windows(35, horizon=3)
batches = cut(10, x[..., 0], y)
reference = mlp(46, 6, 3)
reference.compile(keras.optimizers.SGD(0.05), "mse")


class Net(NumpyNet):
    def train_step(self, x, y):
        W1, b1, W2, b2 = self.w
        n = x.shape[0]
        h = np.tanh(x @ W1 + b1)
        out = h @ W2 + b2
        d2 = 2 * (out - y) / n
        d1 = d2 @ W2.T * (1 - h**2)
        W1 -= 0.05 * x.T @ d1
        b1 -= 0.05 * d1.sum(0)
        W2 -= 0.05 * h.T @ d2
        b2 -= 0.05 * d2.sum(0)
        return ((out - y) ** 2).mean()


loop = Net((6, 5), (5,), (5, 3), (3,))
EXPECTED = "The gradient is divided by the number of samples but not by the three outputs, so it is three times that of the mean squared error."
STAGE = ("gradients",)
CAUSE = "gradient_scaled"
