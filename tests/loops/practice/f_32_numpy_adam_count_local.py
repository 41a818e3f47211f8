"""NumPy forecasting network with Adam, whose step count starts anew in each call."""

import keras
import numpy as np
from loops.practice_data import NumpyNet, cut, mlp, windows

x, y = windows(32)
batches = cut(9, x[..., 0], y)
reference = mlp(43, 6, 1)
reference.compile(keras.optimizers.Adam(0.02), "mse")


class Net(NumpyNet):
    def __init__(self, *shapes):
        super().__init__(*shapes)
        self.m = [np.zeros(s) for s in shapes]
        self.v = [np.zeros(s) for s in shapes]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.w
        h = np.tanh(x @ W1 + b1)
        e = h @ W2 + b2 - y
        d2 = 2 * e / e.size
        d1 = d2 @ W2.T * (1 - h**2)
        grads = [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]
        t = 0
        t += 1
        for k, g in enumerate(grads):
            self.m[k] = 0.9 * self.m[k] + 0.1 * g
            self.v[k] = 0.999 * self.v[k] + 0.001 * g**2
            m_hat, v_hat = self.m[k] / (1 - 0.9**t), self.v[k] / (1 - 0.999**t)
            self.w[k] = (self.w[k] - 0.02 * m_hat / (np.sqrt(v_hat) + 1e-7)).astype("float32")
        return np.mean(e**2)


loop = Net((6, 5), (5,), (5, 1), (1,))
EXPECTED = "Adam's step count t is set to 0 in each step, so the bias correction is always that of the first step."
STAGE = ("state", "update")
CAUSE = "adam_count_frozen"
