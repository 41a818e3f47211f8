"""A rate over 1 + decay * t, with fit and an epoch's loss weighted by the batches' sizes."""

import keras
import numpy as np
from loops.feature_data import L, reg, split


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(7, "relu"), L.Dense(1, "linear")])
    model.compile(
        keras.optimizers.SGD(keras.optimizers.schedules.InverseTimeDecay(0.1, 1, 0.3)), "mse"
    )
    return model


keras.utils.set_random_seed(158)
reference = build()
batches = split(*reg(158, 55, 4, 1), 10)


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
        a = np.maximum(z, 0)
        self.a = a
        return a

    def backward(self, slope):
        return slope * (self.z > 0)


def output(z):
    out = z
    return out


def loss_of(out, y):
    loss = np.mean((out - y) ** 2)
    slope = 2 * (out - y) / y.size
    return loss, slope


class Optimizer:
    def __init__(self):
        self.t = {}

    def update(self, layer, name, key):
        w, g = getattr(layer, name), getattr(layer, "d" + name)
        t = self.t.get(key, 0)
        self.t[key] = t + 1
        w = w - 0.1 / (1 + 0.3 * t) * g
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

    def train_epoch(self, batches):
        losses = [(self.train_step(x, y), len(x)) for x, y in batches]
        return np.average([loss for loss, _ in losses], weights=[size for _, size in losses])

    def fit(self, x, y, batch_size):
        cuts = range(batch_size, len(x), batch_size)
        return self.train_epoch(zip(np.split(x, cuts), np.split(y, cuts)))


loop = Network()
EXPECTED = "equal"
