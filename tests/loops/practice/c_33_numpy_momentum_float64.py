"""NumPy classifier with momentum, in float64 as its reference."""

import keras
import numpy as np
from loops.practice_data import NumpyNet, cut, labelled, mlp, onehot

x, y = labelled(133)
batches = cut(10, x.astype("float64"), onehot(y, 3).astype("float64"))
reference = mlp(133, 4, 3, "softmax", dtype="float64")
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "categorical_crossentropy")


class Net(NumpyNet):
    dtype = "float64"
    velocities = None

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.w
        h = np.tanh(x @ W1 + b1)
        z = h @ W2 + b2
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        d2 = (p - y) / len(x)
        d1 = d2 @ W2.T * (1 - h * h)
        if self.velocities is None:
            self.velocities = [np.zeros_like(w) for w in self.w]
        for w, v, g in zip(self.w, self.velocities, [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]):
            v *= np.float32(0.9)
            v -= np.float32(0.1) * g
            w += v
        return -np.mean(np.sum(y * np.log(p), 1))


loop = Net((4, 5), (5,), (5, 3), (3,))

EXPECTED = "equal"
