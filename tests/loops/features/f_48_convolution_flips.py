"""A convolution with scipy-like code, which turns the kernel round."""

import keras
import numpy as np
from loops.feature_data import L, split


def build():
    model = keras.Sequential(
        [L.Input((9, 2)), L.Conv1D(4, 3, activation="relu"), L.Flatten(), L.Dense(1)]
    )
    model.compile(keras.optimizers.SGD(0.05), "mse")
    return model


keras.utils.set_random_seed(48)
reference = build()
r = np.random.default_rng(48)
x = r.normal(size=(28, 9, 2)).astype("float32")
batches = split(x, r.normal(size=(28, 1)).astype("float32"), 10)


class Network:
    def __init__(self):
        self.set_weights(reference.get_weights())

    def get_weights(self):
        return [w.copy() for w in (self.K, self.b, self.W, self.c)]

    def set_weights(self, weights):
        self.K, self.b, self.W, self.c = [np.array(w) for w in weights]

    def forward(self, x):
        windows = np.stack([x[:, t : t + 7] for t in (2, 1, 0)], axis=2)  # convolution: x[i - k]
        z = np.einsum("ntkc,kcf->ntf", windows, self.K) + self.b
        a = np.maximum(z, 0)
        return windows, z, a, a.reshape(len(x), -1) @ self.W + self.c

    def predict(self, x):
        return self.forward(x)[-1]

    def train_step(self, x, y):
        windows, z, a, out = self.forward(x)
        slope = 2 * (out - y) / y.size
        dz = (slope @ self.W.T).reshape(a.shape) * (z > 0)
        self.W -= 0.05 * a.reshape(len(x), -1).T @ slope
        self.c -= 0.05 * slope.sum(axis=0)
        self.K -= 0.05 * np.einsum("ntkc,ntf->kcf", windows, dz)
        self.b -= 0.05 * dz.sum(axis=(0, 1))
        return np.mean((out - y) ** 2)


loop = Network()
EXPECTED = "A true convolution (kernel flipped) instead of Keras's cross-correlation."
STAGE = ("outputs",)
CAUSE = "kernel_flipped"
