"""Nadam with its schedule of momentum, from the report of Dozat."""

import keras
import numpy as np
from loops.feature_data import L, reg, split


def build():
    model = keras.Sequential(
        [
            L.Input((4,), dtype="float64"),
            L.Dense(8, "silu", dtype="float64"),
            L.Dense(2, "linear", dtype="float64"),
        ]
    )
    model.compile(keras.optimizers.Nadam(0.01), keras.losses.MeanSquaredError(dtype="float64"))
    return model


keras.utils.set_random_seed(146)
reference = build()
batches = split(*reg(146, 38, 4, 2, "float64"), 10)


class Dense:
    names = ("W", "b")

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, slope):
        self.dW = self.x.T @ slope
        self.db = slope.sum(axis=0)
        return slope @ self.W.T


class Activation:
    def forward(self, z):
        self.z = z
        a = z / (1 + np.exp(-z))
        self.a = a
        return a

    def backward(self, slope):
        return slope * (
            (1 / (1 + np.exp(-self.z))) * (1 + self.z * (1 - 1 / (1 + np.exp(-self.z))))
        )


def output(z):
    out = z
    return out


def loss_of(out, y):
    loss = np.mean((out - y) ** 2)
    slope = 2 * (out - y) / y.size
    return loss, slope


class Optimizer:
    def __init__(self):
        self.m, self.v, self.t, self.product = {}, {}, {}, {}

    def update(self, layer, name, key):
        w, g = getattr(layer, name), getattr(layer, "d" + name)
        t = self.t[key] = self.t.get(key, 0) + 1
        mu, mu_next = 0.9 * (1 - 0.5 * 0.96**t), 0.9 * (1 - 0.5 * 0.96 ** (t + 1))
        self.product[key] = self.product.get(key, 1.0) * mu
        m = self.m[key] = 0.9 * self.m.get(key, 0) + (1 - 0.9) * g
        v = self.v[key] = 0.999 * self.v.get(key, 0) + (1 - 0.999) * g**2
        m_hat = mu_next * m / (1 - self.product[key] * mu_next) + (1 - mu) * g / (
            1 - self.product[key]
        )
        w = w - 0.01 * m_hat / (np.sqrt(v / (1 - 0.999**t)) + 1e-7)
        setattr(layer, name, w)


class Network:
    def __init__(self):
        self.layers = [Dense(), Activation(), Dense()]
        self.optimizer = Optimizer()
        self.set_weights(reference.get_weights())

    def dense(self):
        return [layer for layer in self.layers if isinstance(layer, Dense)]

    def get_weights(self):
        return [getattr(layer, name).copy() for layer in self.dense() for name in layer.names]

    def set_weights(self, weights):
        for layer, W, b in zip(self.dense(), weights[::2], weights[1::2]):
            layer.W, layer.b = np.array(W), np.array(b)

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return output(x)

    def train_step(self, x, y):
        loss, slope = loss_of(self.predict(x), y)
        for layer in reversed(self.layers):
            slope = layer.backward(slope)
        for key, layer in enumerate(self.layers):
            for name in getattr(layer, "names", ()):
                self.optimizer.update(layer, name, (key, name))
        return loss


loop = Network()
EXPECTED = "equal"
