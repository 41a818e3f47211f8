"""Lamb with its trust ratio, which is 1 where the weights are 0."""

import keras
import numpy as np
from loops.feature_data import L, reg, split


def build():
    model = keras.Sequential(
        [
            L.Input((3,), dtype="float64"),
            L.Dense(6, "tanh", dtype="float64"),
            L.Dense(2, "linear", dtype="float64"),
        ]
    )
    model.compile(keras.optimizers.Lamb(0.01), keras.losses.MeanSquaredError(dtype="float64"))
    return model


keras.utils.set_random_seed(151)
reference = build()
batches = split(*reg(151, 40, 3, 2, "float64"), 12)


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
        a = np.tanh(z)
        self.a = a
        return a

    def backward(self, slope):
        return slope * (1 - self.a**2)


def output(z):
    out = z
    return out


def loss_of(out, y):
    loss = np.mean((out - y) ** 2)
    slope = 2 * (out - y) / y.size
    return loss, slope


class Optimizer:
    def __init__(self):
        self.m, self.v, self.t = {}, {}, {}

    def update(self, layer, name, key):
        w, g = getattr(layer, name), getattr(layer, "d" + name)
        t = self.t[key] = self.t.get(key, 0) + 1
        self.m[key] = 0.9 * self.m.get(key, 0) + 0.1 * g
        self.v[key] = 0.999 * self.v.get(key, 0) + 0.001 * g**2
        u = self.m[key] / (1 - 0.9**t) / (np.sqrt(self.v[key] / (1 - 0.999**t)) + 1e-7)
        size, length = np.linalg.norm(w), np.linalg.norm(u)
        trust = size / length if size > 0 and length > 0 else 1.0
        w = w - 0.01 * trust * u
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
