"""A NumPy convolution layer built on scipy.signal.convolve2d."""

import keras
import numpy as np

keras.utils.set_random_seed(139)
rng = np.random.default_rng(139)
from scipy.signal import convolve2d, correlate2d

x = rng.normal(size=(28, 5, 5, 1)).astype("float32")
y = rng.normal(size=(28, 1)).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, len(x), 12)]
reference = keras.Sequential(
    [
        keras.Input((5, 5, 1)),
        keras.layers.Conv2D(2, 3),
        keras.layers.LeakyReLU(0.1),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")


class Net:
    def __init__(self, ws):
        self.set_weights(ws)

    def set_weights(self, ws):
        self.K, self.c, self.W, self.b = (np.array(w, "float64") for w in ws)

    def get_weights(self):
        return [self.K, self.c, self.W, self.b]

    def forward(self, x):
        z = np.stack(
            [
                [convolve2d(im[..., 0], self.K[..., 0, f], "valid") + self.c[f] for f in range(2)]
                for im in x
            ]
        )
        a = np.where(z > 0, z, 0.1 * z)
        return z, a, a.mean((2, 3)) @ self.W + self.b

    def predict(self, x):
        return self.forward(x)[2]

    def train_step(self, x, y):
        z, a, out = self.forward(x)
        d = 2 * (out - y) / y.size
        dz = (d @ self.W.T)[:, :, None, None] / 9 * np.where(z > 0, 1, 0.1)
        dK = np.zeros_like(self.K)
        for im, dd in zip(x, dz):
            for f in range(2):
                dK[..., 0, f] += correlate2d(im[..., 0], dd[f], "valid")[::-1, ::-1]
        self.W, self.b = self.W - 0.1 * a.mean((2, 3)).T @ d, self.b - 0.1 * d.sum(0)
        self.K, self.c = self.K - 0.1 * dK, self.c - 0.1 * dz.sum((0, 2, 3))
        return np.mean((out - y) ** 2)


loop = Net(reference.get_weights())
EXPECTED = "scipy's convolve2d turns the kernel round (a true convolution); Keras's Conv2D is a cross-correlation."
STAGE = ("outputs",)
CAUSE = "kernel_flipped"
