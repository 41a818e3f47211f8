"""Lion by hand: the sign of an average."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, net, reg

batches = reg(160)
reference = net(
    (4,), [layers.Dense(5, "tanh"), layers.Dense(1)], keras.optimizers.Lion(0.005), "mse", 160
)


class Net(NumpyLoop):
    m = None

    def train_step(self, x, y):
        w1, b1, w2, b2 = self.w
        h = np.tanh(x @ w1 + b1)
        error = h @ w2 + b2 - y
        dz = 2 * error / len(x)
        dh = (dz @ w2.T) * (1 - h**2)
        grads = [x.T @ dh, dh.sum(0), h.T @ dz, dz.sum(0)]
        m = self.m or [np.zeros_like(w) for w in self.w]
        self.w = [w - 0.005 * np.sign(0.9 * a + 0.1 * g) for w, a, g in zip(self.w, m, grads)]
        self.m = [0.99 * a + 0.01 * g for a, g in zip(m, grads)]
        return np.mean(error**2)


loop = Net(reference.get_weights())

EXPECTED = "equal"
