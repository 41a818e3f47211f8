"""for i in range(n // batch_size) in hand-written loops."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, net, reg

batches = reg(55, n=41, size=16)
reference = net(
    (4,), [layers.Dense(5, "tanh"), layers.Dense(1)], keras.optimizers.SGD(0.1), "mse", 55
)


class Net(NumpyLoop):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.w
        h = np.tanh(x @ w1 + b1)
        error = h @ w2 + b2 - y
        dz = 2 * error / len(x)
        dh = (dz @ w2.T) * (1 - h**2)
        grads = [x.T @ dh, dh.sum(0), h.T @ dz, dz.sum(0)]
        self.w = [w - 0.1 * g for w, g in zip(self.w, grads)]
        return np.mean(error**2)

    def fit(self, x, y, batch_size):
        total = count = 0
        for i in range(len(x) // batch_size):
            part = slice(i * batch_size, (i + 1) * batch_size)
            total += self.train_step(x[part], y[part]) * batch_size
            count += batch_size
        return total / count


loop = Net(reference.get_weights())

EXPECTED = "fit leaves out the last, smaller batch (n // batch_size), which Keras's fit uses."
STAGE = ("data",)
CAUSE = "last_batch_dropped"
