"""Adadelta as in the paper, which has no learning rate."""

import keras
import numpy as np
from loops.feature_data import L, reg, split


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(8, "softsign"), L.Dense(2, "linear")])
    model.compile(keras.optimizers.Adadelta(0.05, epsilon=1e-4), "mse")
    return model


keras.utils.set_random_seed(55)
reference = build()
batches = split(*reg(55, 38, 4, 2), 10)


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
        a = z / (1 + abs(z))
        self.a = a
        return a

    def backward(self, slope):
        return slope * (1 / (1 + abs(self.z)) ** 2)


def output(z):
    out = z
    return out


def loss_of(out, y):
    loss = np.mean((out - y) ** 2)
    slope = 2 * (out - y) / y.size
    return loss, slope


class Optimizer:
    def __init__(self):
        self.g2, self.d2 = {}, {}

    def update(self, layer, name, key):
        w, g = getattr(layer, name), getattr(layer, "d" + name)
        self.g2[key] = 0.95 * self.g2.get(key, 0) + 0.05 * g**2
        delta = -np.sqrt(self.d2.get(key, 0) + 1e-4) / np.sqrt(self.g2[key] + 1e-4) * g
        self.d2[key] = 0.95 * self.d2.get(key, 0) + 0.05 * delta**2
        w = w + delta
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
EXPECTED = "Adadelta's learning rate of 0.05 is left out (1.0 as in the paper)."
STAGE = ("update",)
CAUSE = "learning_rate"
