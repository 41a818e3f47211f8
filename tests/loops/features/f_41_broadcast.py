"""Targets of shape (n,) less predictions of shape (n, 1)."""

import keras
import numpy as np
from loops.feature_data import L, reg, split


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(6, "tanh"), L.Dense(1, "linear")])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


keras.utils.set_random_seed(41)
reference = build()
batches = split(*(lambda x, y: (x, y[:, 0]))(*reg(41, 32, 4, 1)), 10)


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
    slope = (2 * (out - y) / (len(y) ** 2)).sum(axis=1, keepdims=True)
    return loss, slope


class Optimizer:
    def update(self, layer, name, key):
        setattr(layer, name, getattr(layer, name) - 0.1 * getattr(layer, "d" + name))


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
EXPECTED = "Targets (n,) minus predictions (n, 1) broadcast to an n-by-n matrix."
STAGE = ("loss", "reduction")
CAUSE = "broadcast"
