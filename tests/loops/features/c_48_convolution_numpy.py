"""A convolution, average pooling and a dense layer in NumPy, in double precision."""

import keras
import numpy as np
from loops.feature_data import L, split

D = "float64"


def build():
    model = keras.Sequential(
        [
            L.Input((10, 2), dtype=D),
            L.Conv1D(4, 3, activation="relu", dtype=D),
            L.AveragePooling1D(2, dtype=D),
            L.Flatten(dtype=D),
            L.Dense(1, dtype=D),
        ]
    )
    model.compile(keras.optimizers.SGD(0.0625), keras.losses.MeanSquaredError(dtype=D))
    return model


keras.utils.set_random_seed(148)
reference = build()
r = np.random.default_rng(148)
batches = split(r.normal(size=(28, 10, 2)), r.normal(size=(28, 1)), 10)


class Network:
    def get_weights(self):
        return [w.copy() for w in (self.K, self.b, self.W, self.c)]

    def set_weights(self, weights):
        self.K, self.b, self.W, self.c = [np.array(w) for w in weights]

    def forward(self, x):
        windows = np.lib.stride_tricks.sliding_window_view(x, 3, axis=1).transpose(0, 1, 3, 2)
        z = np.tensordot(windows, self.K, 2) + self.b
        pooled = np.maximum(z, 0).reshape(len(x), 4, 2, 4).mean(axis=2)
        return windows, z, pooled, pooled.reshape(len(x), -1) @ self.W + self.c

    def predict(self, x):
        return self.forward(x)[-1]

    def train_step(self, x, y):
        windows, z, pooled, out = self.forward(x)
        slope = 2 * (out - y) / y.size
        dz = np.repeat((slope @ self.W.T).reshape(pooled.shape) / 2, 2, axis=1) * (z > 0)
        self.W -= 0.0625 * pooled.reshape(len(x), -1).T @ slope
        self.c -= 0.0625 * slope.sum(axis=0)
        self.K -= 0.0625 * np.tensordot(windows, dz, ([0, 1], [0, 1]))
        self.b -= 0.0625 * dz.sum(axis=(0, 1))
        return np.mean((out - y) ** 2)


loop = Network()
EXPECTED = "equal"
