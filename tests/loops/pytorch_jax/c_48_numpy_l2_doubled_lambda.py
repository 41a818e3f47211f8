"""The course's lambda / (2 m), with lambda chosen per batch so that it is Keras's l2."""

import keras
import numpy as np

L = keras.layers
rng = np.random.default_rng(2356)
keras.utils.set_random_seed(2356)


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


x = rng.normal(size=(50, 5)).astype("float32")
y = (x[:, :1] + x[:, 1:2] + 0.3 * rng.normal(size=(50, 1)) > 0).astype("float32")
batches = [(x[i : i + 20], y[i : i + 20]) for i in range(0, 50, 20)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu", kernel_regularizer=keras.regularizers.L2(0.03)),
        L.Dense(1, activation="sigmoid", kernel_regularizer=keras.regularizers.L2(0.03)),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "binary_crossentropy")


class Loop(Network):
    def train_step(self, x, y):
        m = len(x)
        lambd = 2 * m * 0.03
        p = self.forward(x)
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        loss += lambd / (2 * m) * sum((d.W**2).sum() for d in self.dense)
        grad = (p - y) / m
        for layer in reversed(self.layers[:-1]):
            grad = layer.backward(grad)
        for d in self.dense:
            d.dW += lambd / m * d.W
        self.apply([-0.1 * g for g in self.grads()])
        return loss


loop = Loop(Dense(5, 8), ReLU(), Dense(8, 1), Sigmoid())
EXPECTED = "equal"
