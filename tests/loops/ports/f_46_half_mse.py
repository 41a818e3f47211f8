"""Textbook cost functions J = 1/2m sum (...)^2."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, net, reg

batches = reg(46)
reference = net(
    (4,), [layers.Dense(5, "tanh"), layers.Dense(1)], keras.optimizers.SGD(0.1), "mse", 46
)


class Net(NumpyLoop):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.w
        m = len(x)
        h = np.tanh(x @ w1 + b1)
        error = h @ w2 + b2 - y
        cost = np.sum(error**2) / (2 * m)
        dz = error / m
        dh = (dz @ w2.T) * (1 - h**2)
        grads = [x.T @ dh, dh.sum(0), h.T @ dz, dz.sum(0)]
        self.w = [w - 0.1 * g for w, g in zip(self.w, grads)]
        return cost


loop = Net(reference.get_weights())

EXPECTED = "The squared error has a factor of 1/2, so loss and gradients are half of Keras's mse."
STAGE = ("loss", "reduction")
CAUSE = "loss_halved"
