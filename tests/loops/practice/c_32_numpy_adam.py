"""NumPy forecasting network with Adam in the form with one corrected rate."""

import keras
import numpy as np
from loops.practice_data import NumpyNet, cut, mlp, windows

x, y = windows(132)
batches = cut(9, x[..., 0], y)
reference = mlp(132, 6, 1)
reference.compile(keras.optimizers.Adam(0.02, beta_1=0.8), "mse")


class Net(NumpyNet):
    def __init__(self, *shapes):
        super().__init__(*shapes)
        self.t = 0
        self.m = [np.zeros(s) for s in shapes]
        self.v = [np.zeros(s) for s in shapes]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.w
        h = np.tanh(x @ W1 + b1)
        e = h @ W2 + b2 - y
        d2 = 2 * e / e.size
        d1 = d2 @ W2.T * (1 - h**2)
        self.t += 1
        rate = 0.02 * np.sqrt(1 - 0.999**self.t) / (1 - 0.8**self.t)
        for k, g in enumerate([x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]):
            self.m[k] += 0.2 * (g - self.m[k])
            self.v[k] += 0.001 * (g**2 - self.v[k])
            self.w[k] = (self.w[k] - rate * self.m[k] / (np.sqrt(self.v[k]) + 1e-7)).astype(
                "float32"
            )
        return np.mean(e**2)


loop = Net((6, 5), (5,), (5, 1), (1,))

EXPECTED = "equal"
