"""Images flattened in C order, as Keras's Flatten, labels one-hot encoded by hand."""

import keras
import numpy as np

L = keras.layers
rng = np.random.default_rng(2036)
keras.utils.set_random_seed(2036)


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


x = rng.normal(size=(22, 4, 4, 3)).astype("float32")
y = rng.integers(0, 3, size=22)
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 22, 8)]
reference = keras.Sequential(
    [keras.Input((4, 4, 3)), L.Flatten(), L.Dense(8, activation="relu"), L.Dense(3)]
)
reference.compile(
    keras.optimizers.SGD(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)


class Loop(Network):
    def predict(self, x):
        return self.forward(x.reshape(len(x), -1))

    def train_step(self, x, y):
        z = self.predict(x)
        onehot = np.zeros(z.shape)
        onehot[np.arange(len(y)), y] = 1
        e = np.exp(z - z.max(1, keepdims=True))
        p = e / e.sum(1, keepdims=True)
        self.backward((p - onehot) / len(x))
        self.apply([-0.05 * g for g in self.grads()])
        return -np.log(p[np.arange(len(y)), y]).mean()


loop = Loop(Dense(48, 8), ReLU(), Dense(8, 3))
EXPECTED = "equal"
