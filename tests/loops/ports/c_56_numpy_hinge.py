"""A support vector machine: hinge loss in NumPy, with targets of -1 and 1."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, binary, net

batches = [(x, 2 * y - 1) for x, y in binary(161)]
reference = net(
    (5,), [layers.Dense(6, "relu"), layers.Dense(1)], keras.optimizers.SGD(0.1), "hinge", 161
)


class Net(NumpyLoop):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.w
        h = np.maximum(x @ w1 + b1, 0)
        margin = 1 - y * (h @ w2 + b2)
        dz = -y * (margin > 0) / len(x)
        dh = (dz @ w2.T) * (h > 0)
        grads = [x.T @ dh, dh.sum(0), h.T @ dz, dz.sum(0)]
        self.w = [w - 0.1 * g for w, g in zip(self.w, grads)]
        return np.maximum(margin, 0).mean()


loop = Net(reference.get_weights())

EXPECTED = "equal"
