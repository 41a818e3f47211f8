"""A 1-D convolutional network in NumPy by somebody used to MATLAB's conv."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, cut, keras_model

EXPECTED = "np.convolve flips the kernel, Keras's Conv1D is a cross-correlation"
STAGE = ("outputs",)
L = keras.layers
reference = keras_model(
    [(8, 1), L.Conv1D(2, 3), L.Flatten(), L.Dense(1)], keras.optimizers.SGD(0.05), "mse"
)
rng = np.random.default_rng(39)
x = rng.normal(size=(21, 8, 1)).astype("float32")
batches = cut(8, x, (x[:, 2] - x[:, 5] * 0.5 + 0.1).astype("float32"))


class ConvNet(NumpyNet):
    def features(self, x):
        k, b = self.weights[:2]
        maps = [
            [np.convolve(s[:, 0], k[:, 0, c], mode="valid") + b[c] for c in range(2)] for s in x
        ]
        return np.array(maps).transpose(0, 2, 1)

    def predict(self, x):
        return self.features(x).reshape(len(x), -1) @ self.weights[2] + self.weights[3]

    def train_step(self, x, y):
        k, b, w, bo = self.weights
        f = self.features(x)
        flat = f.reshape(len(x), -1)
        out = flat @ w + bo
        d = 2 * (out - y) / len(x)
        df = (d @ w.T).reshape(f.shape)
        dk = np.zeros_like(k)
        for i in range(3):
            for c in range(2):
                dk[i, 0, c] = np.sum(x[:, 2 - i : 8 - i, 0] * df[:, :, c])
        grads = [dk, df.sum((0, 1)), flat.T @ d, d.sum(0)]
        self.weights = [w - 0.05 * g for w, g in zip(self.weights, grads)]
        return float(np.mean((out - y) ** 2))


loop = ConvNet(reference)
CAUSE = "kernel_flipped"
