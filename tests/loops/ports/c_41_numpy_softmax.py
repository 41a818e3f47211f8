"""The classic two-layer network in NumPy."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, labels, net

batches = labels(141)
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(3, "softmax")],
    keras.optimizers.SGD(0.2),
    "sparse_categorical_crossentropy",
    141,
)


class Net(NumpyLoop):
    def predict(self, x):
        w1, b1, w2, b2 = self.w
        self.h = np.maximum(x @ w1 + b1, 0)
        e = np.exp(self.h @ w2 + b2)
        return e / e.sum(1, keepdims=True)

    def gradients(self, x, y):
        p = self.predict(x)
        rows = np.arange(len(x))
        self.loss = -np.log(p[rows, y]).mean()
        p[rows, y] -= 1
        dz = p / len(x)
        dh = np.where(self.h > 0, dz @ self.w[2].T, 0)
        return [x.T @ dh, dh.sum(0), self.h.T @ dz, dz.sum(0)]

    def train_step(self, x, y):
        for w, g in zip(self.w, self.gradients(x, y)):
            w -= 0.2 * g
        return self.loss


loop = Net(reference.get_weights())

EXPECTED = "equal"
