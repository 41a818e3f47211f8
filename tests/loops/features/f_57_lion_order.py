"""Lion, with the momentum updated before the sign is taken."""

import keras
import numpy as np
from loops.feature_data import L, reg, split


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(8, "silu"), L.Dense(1, "linear")])
    model.compile(keras.optimizers.Lion(0.01, beta_1=0.9, beta_2=0.7), "mse")
    return model


keras.utils.set_random_seed(57)
reference = build()
batches = split(*reg(57, 52, 4, 1), 10)


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
        self.m = {}

    def update(self, layer, name, key):
        w, g = getattr(layer, name), getattr(layer, "d" + name)
        self.m[key] = 0.7 * self.m.get(key, 0) + 0.3 * g
        w = w - 0.01 * np.sign(self.m[key])
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
EXPECTED = "Lion's momentum is updated first and its sign is taken then, instead of the sign of the interpolation with beta_1."
STAGE = ("state", "update")
CAUSE = "lion_mean_first"
