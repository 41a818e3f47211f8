"""Momentum with PyTorch's velocity, which leaves the learning rate out; all the same while the rate is constant."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, net, reg

batches = reg(142)
reference = net(
    (4,),
    [layers.Dense(6, "sigmoid"), layers.Dense(1)],
    keras.optimizers.SGD(0.05, momentum=0.9),
    "mse",
    142,
)


class Net(NumpyLoop):
    velocity = None

    def train_step(self, x, y):
        w1, b1, w2, b2 = self.w
        a = 1 / (1 + np.exp(-(x @ w1 + b1)))
        error = a @ w2 + b2 - y
        dz = 2 * error / len(x)
        dh = (dz @ w2.T) * a * (1 - a)
        grads = [x.T @ dh, dh.sum(0), a.T @ dz, dz.sum(0)]
        if self.velocity is None:
            self.velocity = [np.zeros_like(w) for w in self.w]
        self.velocity = [0.9 * v + g for v, g in zip(self.velocity, grads)]
        self.w = [w - 0.05 * v for w, v in zip(self.w, self.velocity)]
        return float(np.mean(error**2))


loop = Net(reference.get_weights())

EXPECTED = "equal"
