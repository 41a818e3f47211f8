"""Batch normalization with its backward pass in NumPy, as in CS231n's assignment."""

import keras
import numpy as np
from loops.feature_data import L, reg, split


def build():
    model = keras.Sequential(
        [L.Input((4,)), L.Dense(5, use_bias=False), L.BatchNormalization(momentum=0.8), L.Dense(1)]
    )
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


keras.utils.set_random_seed(149)
reference = build()
batches = split(*reg(149, 29, 4, 1), 8)


class Network:
    def get_weights(self):
        return [w.copy() for w in self.w]

    def set_weights(self, weights):
        self.w = [np.array(w) for w in weights]

    def predict(self, x):
        W, gamma, beta, mean, var, V, c = self.w
        return (gamma * (x @ W - mean) / np.sqrt(var + 1e-3) + beta) @ V + c

    def train_step(self, x, y):
        W, gamma, beta, mean, var, V, c = self.w
        z = x @ W
        mu, v = z.mean(0), z.var(0)
        inv = 1 / np.sqrt(v + 1e-3)
        n = (z - mu) * inv
        h = gamma * n + beta
        out = h @ V + c
        d = 2 * (out - y) / y.size
        dh = d @ V.T
        dn = dh * gamma
        dz = inv / len(x) * (len(x) * dn - dn.sum(0) - n * (dn * n).sum(0))
        grads = [x.T @ dz, (dh * n).sum(0), dh.sum(0), None, None, h.T @ d, d.sum(0)]
        self.w = [w if g is None else w - np.float32(0.1) * g for w, g in zip(self.w, grads)]
        self.w[3] = 0.8 * mean + 0.2 * mu
        self.w[4] = 0.8 * var + 0.2 * v
        return np.mean((out - y) ** 2)


loop = Network()
EXPECTED = "equal"
