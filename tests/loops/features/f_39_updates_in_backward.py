"""Layers that update themselves within backward(), as in small libraries for teaching."""

import keras
import numpy as np
from loops.feature_data import L, reg, split


def build():
    model = keras.Sequential(
        [L.Input((4,)), L.Dense(7, "relu"), L.Dense(6, "relu"), L.Dense(1, "linear")]
    )
    model.compile(keras.optimizers.SGD(0.2), "mse")
    return model


keras.utils.set_random_seed(39)
reference = build()
batches = split(*reg(39, 35, 4, 1), 12)


class Dense:
    names = ("W", "b")

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, slope):
        self.W -= 0.2 * (self.x.T @ slope)
        self.b -= 0.2 * slope.sum(axis=0)
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
    def update(self, layer, name, key):
        setattr(layer, name, getattr(layer, name) - 0.2 * getattr(layer, "d" + name))


class Network:
    def __init__(self):
        self.layers = [Dense(), Activation(), Dense(), Activation(), Dense()]
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
        return loss


loop = Network()
EXPECTED = "The weights of a layer are updated before the gradient is passed on through them."
STAGE = ("gradients",)
CAUSE = "backward_through_moved_weights"
