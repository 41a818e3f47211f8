"""A fit of one's own: Huber loss, epoch loss weighted by samples."""

import keras
import numpy as np
from loops.course_data import Arrays, mlp, regression


class Net(Arrays):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.params
        z = x @ w1 + b1
        h = np.where(z > 0, z, 0.2 * z)
        r = h @ w2 + b2 - y
        small = np.abs(r) <= 1
        loss = np.mean(np.where(small, 0.5 * r**2, np.abs(r) - 0.5))
        d = np.where(small, r, np.sign(r)) / r.size
        dh = d @ w2.T * np.where(z > 0, 1, 0.2)
        grads = [x.T @ dh, dh.sum(0), h.T @ d, d.sum(0)]
        self.params = [p - 0.2 * g for p, g in zip(self.params, grads)]
        return loss

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for x, y in batches:
            total += self.train_step(x, y) * len(x)
            count += len(x)
        return total / count


loop = Net()
reference = mlp([4, 6, 2], "leaky_relu")
reference.compile(keras.optimizers.SGD(0.2), "huber")
batches = regression(111, k=2, n=37)

EXPECTED = "equal"
