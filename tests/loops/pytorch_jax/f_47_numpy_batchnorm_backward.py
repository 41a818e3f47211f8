"""Batch normalization whose backward treats mean and variance as constants."""

import keras
import numpy as np

L = keras.layers
rng = np.random.default_rng(2548)
keras.utils.set_random_seed(2548)


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
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6), L.BatchNormalization(momentum=0.9), L.ReLU(), L.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")


class BatchNorm:
    def __init__(self, n):
        self.gamma, self.beta, self.mean, self.var = (
            np.ones(n),
            np.zeros(n),
            np.zeros(n),
            np.ones(n),
        )

    def forward(self, x, training):
        mean, var = (x.mean(0), x.var(0)) if training else (self.mean, self.var)
        if training:
            self.mean = 0.9 * self.mean + 0.1 * mean
            self.var = 0.9 * self.var + 0.1 * var
        self.std = np.sqrt(var + 1e-3)
        self.x_hat = (x - mean) / self.std
        return self.gamma * self.x_hat + self.beta

    def backward(self, grad):
        self.dgamma, self.dbeta = (grad * self.x_hat).sum(0), grad.sum(0)
        return grad * self.gamma / self.std


class Loop:
    def __init__(self):
        self.one, self.bn, self.relu, self.two = Dense(5, 6), BatchNorm(6), ReLU(), Dense(6, 1)

    def get_weights(self):
        one, bn, two = self.one, self.bn, self.two
        return [w.copy() for w in (one.W, one.b, bn.gamma, bn.beta, bn.mean, bn.var, two.W, two.b)]

    def set_weights(self, weights):
        one, bn, two = self.one, self.bn, self.two
        one.W, one.b, bn.gamma, bn.beta, bn.mean, bn.var, two.W, two.b = [
            np.array(w, dtype=float) for w in weights
        ]

    def predict(self, x, training=False):
        return self.two.forward(self.relu.forward(self.bn.forward(self.one.forward(x), training)))

    def train_step(self, x, y):
        error = self.predict(x, training=True) - y
        grad = self.relu.backward(self.two.backward(2 * error / error.size))
        self.one.backward(self.bn.backward(grad))
        for layer in (self.one, self.two):
            layer.W -= 0.05 * layer.dW
            layer.b -= 0.05 * layer.db
        self.bn.gamma -= 0.05 * self.bn.dgamma
        self.bn.beta -= 0.05 * self.bn.dbeta
        return np.mean(error**2)


loop = Loop()
EXPECTED = "The backward pass of batch normalization takes mean and variance as constants: the gradient does not flow through the batch's statistics."
STAGE = ("gradients",)
CAUSE = "batch_norm_backward"
