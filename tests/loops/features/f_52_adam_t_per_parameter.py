"""Adam as a class that counts a step with each parameter."""

import keras
import numpy as np
from loops.feature_data import L, sparse, split


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(7, "sigmoid"), L.Dense(3, "softmax")])
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    return model


keras.utils.set_random_seed(52)
reference = build()
batches = split(*sparse(52, 34, 4, 3), 10)


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
    loss = -np.mean(np.log(out[np.arange(len(y)), y]))
    slope = out.copy()
    slope[np.arange(len(y)), y] -= 1
    slope /= len(y)
    return loss, slope


class Optimizer:
    def __init__(self):
        self.m, self.v, self.t = {}, {}, 0

    def update(self, layer, name, key):
        w, g = getattr(layer, name), getattr(layer, "d" + name)
        self.t += 1
        self.m[key] = 0.9 * self.m.get(key, 0) + 0.1 * g
        self.v[key] = 0.999 * self.v.get(key, 0) + 0.001 * g * g
        rate = 0.02 * np.sqrt(1 - 0.999**self.t) / (1 - 0.9**self.t)
        w = w - rate * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)
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
EXPECTED = "Adam's step counter is increased with each parameter array, so the bias correction runs too fast."
STAGE = ("update", "state")
CAUSE = "adam_count"
