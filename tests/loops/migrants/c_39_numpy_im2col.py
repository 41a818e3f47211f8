"""A convolutional network in NumPy with im2col."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, cut, keras_model

EXPECTED = "equal"
L = keras.layers
reference = keras_model(
    [(5, 5, 2), L.Conv2D(3, 2, activation="relu"), L.Flatten(), L.Dense(1)],
    keras.optimizers.SGD(0.05),
    "mse",
)
rng = np.random.default_rng(139)
images = rng.normal(size=(19, 5, 5, 2)).astype("float32")
batches = cut(7, images, images.mean((1, 2))[:, :1] * 3)


def im2col(x, k=2):
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(1, 2))  # n, h, w, c, k, k
    n, h, w = windows.shape[:3]
    return windows.transpose(0, 1, 2, 4, 5, 3).reshape(n * h * w, -1), (n, h, w)


class ConvNet(NumpyNet):
    def forward(self, x):
        k, b, w, bo = self.weights
        col, shape = im2col(x)
        z = col @ k.reshape(-1, k.shape[-1]) + b
        flat = np.maximum(z, 0).reshape(len(x), -1)
        return col, z, flat, flat @ w + bo

    def predict(self, x):
        return self.forward(x)[-1]

    def train_step(self, x, y):
        k, b, w, bo = self.weights
        col, z, flat, out = self.forward(x)
        d = 2 * (out - y) / len(x)
        dz = (d @ w.T).reshape(z.shape) * (z > 0)
        grads = [(col.T @ dz).reshape(k.shape), dz.sum(0), flat.T @ d, d.sum(0)]
        self.weights = [p - 0.05 * g for p, g in zip(self.weights, grads)]
        return float(np.mean((out - y) ** 2))


loop = ConvNet(reference)
