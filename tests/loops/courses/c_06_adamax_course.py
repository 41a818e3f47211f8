"""AdaMax from section 7.1 of the Adam paper."""

import keras
import numpy as np
from loops.course_data import Arrays, mlp, regression


class Net(Arrays):
    t, m, u = 0, None, None

    def train_step(self, x, y):
        w1, b1, w2, b2 = self.params
        h = np.tanh(x @ w1 + b1)
        out = h @ w2 + b2
        loss = np.mean(np.abs(out - y))
        d = np.sign(out - y) / out.size
        dh = d @ w2.T * (1 - h**2)
        grads = [x.T @ dh, dh.sum(0), h.T @ d, d.sum(0)]
        self.m = self.m or [np.zeros_like(g) for g in grads]
        self.u = self.u or [np.zeros_like(g) for g in grads]
        self.t += 1
        self.m = [0.9 * m + 0.1 * g for m, g in zip(self.m, grads)]
        self.u = [np.maximum(0.999 * u, np.abs(g)) for u, g in zip(self.u, grads)]
        rate = 0.02 / (1 - 0.9**self.t)
        self.params = [p - rate * m / (u + 1e-7) for p, m, u in zip(self.params, self.m, self.u)]
        return loss


loop = Net()
reference = mlp([4, 6, 1])
reference.compile(keras.optimizers.Adamax(0.02), "mae")
batches = regression(106)

EXPECTED = "equal"
