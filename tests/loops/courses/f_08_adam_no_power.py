"""Adam from the paper in NumPy."""

import keras
import numpy as np
from loops.course_data import Arrays, mlp, regression


class Net(Arrays):
    def __init__(self):
        self.m = self.v = None

    def gradients(self, x, y):
        w1, b1, w2, b2 = self.params
        h = np.tanh(x @ w1 + b1)
        self.out = h @ w2 + b2
        d = 2 * (self.out - y) / y.size
        dh = d @ w2.T * (1 - h**2)
        return [x.T @ dh, dh.sum(0), h.T @ d, d.sum(0)]

    def train_step(self, x, y):
        grads = self.gradients(x, y)
        if self.m is None:
            self.m = [np.zeros_like(g) for g in grads]
            self.v = [np.zeros_like(g) for g in grads]
        for i, g in enumerate(grads):
            self.m[i] = 0.9 * self.m[i] + 0.1 * g
            self.v[i] = 0.999 * self.v[i] + 0.001 * g**2
            m_hat = self.m[i] / (1 - 0.9)
            v_hat = self.v[i] / (1 - 0.999)
            self.params[i] = self.params[i] - 0.01 * m_hat / (np.sqrt(v_hat) + 1e-10)
        return np.mean((self.out - y) ** 2)


loop = Net()
reference = mlp([4, 6, 1])
reference.compile(keras.optimizers.Adam(0.01, epsilon=1e-10), "mse")
batches = regression(7)

EXPECTED = (
    "Adam's bias correction divides by 1 - beta without raising beta to the power of the step t."
)
STAGE = ("update", "state")
CAUSE = "adam_count_frozen"
