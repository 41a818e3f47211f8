"""Dropout as in the paper, without a division by the keep probability (nor a scaling in predict)."""

import keras
import numpy as np

L = keras.layers
rng = np.random.default_rng(2387)
keras.utils.set_random_seed(2387)


class Dense:
    def __init__(self, n_in, n_out):
        self.W = rng.normal(size=(n_in, n_out)) / np.sqrt(n_in)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0)
        return grad @ self.W.T


class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, grad):
        return grad * self.mask


class Tanh:
    def forward(self, x):
        self.a = np.tanh(x)
        return self.a

    def backward(self, grad):
        return grad * (1 - self.a**2)


class Sigmoid:
    def forward(self, x):
        self.a = 1 / (1 + np.exp(-x))
        return self.a

    def backward(self, grad):
        return grad * self.a * (1 - self.a)


class Network:
    def __init__(self, *layers):
        self.layers = layers
        self.dense = [layer for layer in layers if hasattr(layer, "W")]

    def get_weights(self):
        return [w.copy() for d in self.dense for w in (d.W, d.b)]

    def set_weights(self, weights):
        for d, W, b in zip(self.dense, weights[::2], weights[1::2]):
            d.W, d.b = np.array(W, dtype=float), np.array(b, dtype=float)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    predict = forward

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)

    def grads(self):
        return [g for d in self.dense for g in (d.dW, d.db)]

    def apply(self, deltas):
        for d, dW, db in zip(self.dense, deltas[::2], deltas[1::2]):
            d.W += dW
            d.b += db


x = rng.normal(size=(46, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(46, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(12, activation="relu"), L.Dropout(0.5), L.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")


class Dropout:
    training = True

    def forward(self, x):
        self.mask = (rng.random(x.shape) >= 0.5) * 1.0 if self.training else 1.0
        return x * self.mask

    def backward(self, grad):
        return grad * self.mask


class Loop(Network):
    def predict(self, x):
        self.layers[2].training = False
        out = self.forward(x)
        self.layers[2].training = True
        return out

    def train_step(self, x, y):
        error = self.forward(x) - y
        self.backward(2 * error / error.size)
        self.apply([-0.05 * g for g in self.grads()])
        return (error**2).mean()


loop = Loop(Dense(5, 12), ReLU(), Dropout(), Dense(12, 1))
EXPECTED = "The kept units are not scaled by 1 / (1 - rate) (inverted dropout)."
STAGE = ("outputs",)
CAUSE = "dropout_rate"
