"""Lion: the sign of the interpolation, then the momentum."""

import keras
import numpy as np
from loops.feature_data import L, onehot, split


def build():
    model = keras.Sequential(
        [
            L.Input((4,), dtype="float64"),
            L.Dense(8, "sigmoid", dtype="float64"),
            L.Dense(3, "softmax", dtype="float64"),
        ]
    )
    model.compile(
        keras.optimizers.Lion(0.0078125, beta_1=0.9, beta_2=0.7),
        keras.losses.CategoricalCrossentropy(dtype="float64"),
    )
    return model


keras.utils.set_random_seed(152)
reference = build()
batches = split(*onehot(152, 52, 4, 3, "float64"), 10)


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
        a = 1 / (1 + np.exp(-z))
        self.a = a
        return a

    def backward(self, slope):
        return slope * (self.a * (1 - self.a))


def output(z):
    out = np.exp(z - z.max(1, keepdims=True))
    out = out / out.sum(axis=1, keepdims=True)
    return out


def loss_of(out, y):
    loss = -np.mean(np.sum(y * np.log(out), axis=1))
    slope = (out - y) / len(y)
    return loss, slope


class Optimizer:
    def __init__(self):
        self.m = {}

    def update(self, layer, name, key):
        w, g = getattr(layer, name), getattr(layer, "d" + name)
        m = self.m.get(key, np.zeros_like(w))
        w = w - 0.0078125 * np.sign(0.9 * m + 0.1 * g)
        self.m[key] = 0.7 * m + 0.3 * g
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
