"""A convolutional network in NumPy with one class per layer and max pooling, from a course."""

import keras
import numpy as np

keras.utils.set_random_seed(217)
rng = np.random.default_rng(217)
x = rng.normal(size=(40, 6, 6, 2)).astype("float32")
y = np.eye(3, dtype="float32")[rng.integers(0, 3, 40)]
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [
        keras.Input((6, 6, 2)),
        keras.layers.Conv2D(3, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "categorical_crossentropy")


class Layer:
    W = b = None

    def update(self, lr):
        if self.W is not None:
            self.W = self.W - lr * self.dW
            self.b = self.b - lr * self.db


class Conv(Layer):
    def forward(self, x):
        k = self.W.shape[0]
        n, h, w, c = x.shape
        self.shape = x.shape
        self.cols = np.lib.stride_tricks.sliding_window_view(x, (k, k), (1, 2)).transpose(
            0, 1, 2, 4, 5, 3
        )
        return np.tensordot(self.cols, self.W, 3) + self.b

    def backward(self, d):
        self.dW = np.tensordot(self.cols, d, ([0, 1, 2], [0, 1, 2]))
        self.db = d.sum((0, 1, 2))


class Relu(Layer):
    def forward(self, x):
        self.on = x > 0
        return x * self.on

    def backward(self, d):
        return d * self.on


class Pool(Layer):
    def forward(self, x):
        n, h, w, c = x.shape
        blocks = (
            x.reshape(n, h // 2, 2, w // 2, 2, c)
            .transpose(0, 1, 3, 5, 2, 4)
            .reshape(n, h // 2, w // 2, c, 4)
        )
        self.shape, self.best = x.shape, np.eye(4)[blocks.argmax(-1)]
        return blocks.max(-1)

    def backward(self, d):
        n, h, w, c = self.shape
        full = (d[..., None] * self.best).reshape(n, h // 2, w // 2, c, 2, 2)
        return full.transpose(0, 1, 4, 2, 5, 3).reshape(self.shape)


class Flatten(Layer):
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, d):
        return d.reshape(self.shape)


class Dense(Layer):
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, d):
        self.dW, self.db = self.x.T @ d, d.sum(0)
        return d @ self.W.T


class ConvNet:
    def __init__(self, lr):
        self.lr, self.layers = lr, [Conv(), Relu(), Pool(), Flatten(), Dense()]

    def set_weights(self, ws):
        for layer, w, b in ((self.layers[0], *ws[:2]), (self.layers[-1], *ws[2:])):
            layer.W, layer.b = np.array(w, float), np.array(b, float)

    def get_weights(self):
        return [a for layer in self.layers if layer.W is not None for a in (layer.W, layer.b)]

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        p = np.exp(x - x.max(1, keepdims=True))
        return p / p.sum(1, keepdims=True)

    def train_step(self, x, y):
        p = self.predict(x)
        d = (p - y) / len(x)
        for layer in reversed(self.layers):
            d = layer.backward(d)
            layer.update(self.lr)
        return -np.log((p * y).sum(1)).mean()


loop = ConvNet(0.05)
loop.set_weights(reference.get_weights())
EXPECTED = "equal"
