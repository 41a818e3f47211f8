"""PyTorch's meaning of momentum for the moving statistics."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(196)
rng = np.random.default_rng(196)
x = rng.normal(size=(36, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(36, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 36, 12)]

reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(5, use_bias=False),
        L.BatchNormalization(momentum=0.9),
        L.Activation("relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")


class Net:
    momentum = 0.9

    def __init__(self):
        self.W, self.g, self.b, self.mean, self.var, self.V, self.c = reference.get_weights()

    def get_weights(self):
        return [self.W, self.g, self.b, self.mean, self.var, self.V, self.c]

    def set_weights(self, ws):
        self.W, self.g, self.b, self.mean, self.var, self.V, self.c = [np.array(w) for w in ws]

    def train_step(self, x, y):
        N = len(x)
        z = x @ self.W
        mu, var = z.mean(0), z.var(0)
        self.mean = (1 - self.momentum) * self.mean + self.momentum * mu
        self.var = (1 - self.momentum) * self.var + self.momentum * var
        inv = 1 / np.sqrt(var + 1e-3)
        n = (z - mu) * inv
        a = self.g * n + self.b
        h = np.maximum(a, 0)
        e = h @ self.V + self.c - y
        d = 2 * e / N
        da = d @ self.V.T * (a > 0)
        dn = da * self.g
        dz = inv * (dn - dn.mean(0) - n * (dn * n).mean(0))
        updates = [x.T @ dz, (da * n).sum(0), da.sum(0), h.T @ d, d.sum(0)]
        self.W, self.g, self.b, self.V, self.c = [
            p - 0.05 * u for p, u in zip([self.W, self.g, self.b, self.V, self.c], updates)
        ]
        return (e**2).mean()


loop = Net()

EXPECTED = "The moving statistics are updated with momentum and 1 - momentum swapped (PyTorch's convention): 90 percent of the new batch."
STAGE = ("state",)
CAUSE = "moving_statistics_momentum"
