"""Adagrad whose sums begin at 0, as in the paper and PyTorch."""

import keras
import numpy as np
from loops.feature_data import L, onehot, split


def build():
    model = keras.Sequential([L.Input((5,)), L.Dense(6, "tanh"), L.Dense(3, "softmax")])
    model.compile(keras.optimizers.Adagrad(0.05), "categorical_crossentropy")
    return model


keras.utils.set_random_seed(56)
reference = build()
batches = split(*onehot(56, 33, 5, 3), 10)


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
    out = np.exp(z - z.max(1, keepdims=True))
    out = out / out.sum(axis=1, keepdims=True)
    return out


def loss_of(out, y):
    loss = -np.mean(np.sum(y * np.log(out), axis=1))
    slope = (out - y) / len(y)
    return loss, slope


class Optimizer:
    def __init__(self):
        self.sums = {}

    def update(self, layer, name, key):
        w, g = getattr(layer, name), getattr(layer, "d" + name)
        self.sums[key] = self.sums.get(key, 0) + g**2
        w = w - 0.05 * g / np.sqrt(self.sums[key] + 1e-7)
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
EXPECTED = "Adagrad's accumulator starts at 0 instead of Keras's 0.1."
STAGE = ("update",)
CAUSE = "adagrad_start_value"
