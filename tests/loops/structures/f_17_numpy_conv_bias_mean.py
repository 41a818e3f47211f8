"""A convolutional network in NumPy with one class per layer, from a course."""

import keras
import numpy as np

keras.utils.set_random_seed(117)
rng = np.random.default_rng(117)
x = rng.normal(size=(40, 6, 6, 2)).astype("float32")
y = np.eye(3, dtype="float32")[rng.integers(0, 3, 40)]
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [
        keras.Input((6, 6, 2)),
        keras.layers.Conv2D(3, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "categorical_crossentropy")


class Conv:
    def __init__(self):
        self.W = self.b = None

    def forward(self, x):
        self.x, k = x, self.W.shape[0]
        n, h, w, _ = x.shape
        out = np.zeros((n, h - k + 1, w - k + 1, self.W.shape[3]))
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                out[:, i, j] = np.tensordot(x[:, i : i + k, j : j + k], self.W, 3) + self.b
        return out

    def backward(self, d):
        k = self.W.shape[0]
        self.dW = np.zeros_like(self.W)
        for i in range(d.shape[1]):
            for j in range(d.shape[2]):
                self.dW += np.tensordot(self.x[:, i : i + k, j : j + k], d[:, i, j], ([0], [0]))
        self.db = d.sum(axis=0).mean(axis=(0, 1))


class Dense:
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, d):
        self.dW, self.db = self.x.T @ d, d.sum(0)
        return d @ self.W.T


class ConvNet:
    def __init__(self, lr):
        self.lr, self.conv, self.fc = lr, Conv(), Dense()

    def set_weights(self, ws):
        self.conv.W, self.conv.b, self.fc.W, self.fc.b = [np.array(w, float) for w in ws]

    def get_weights(self):
        return [self.conv.W, self.conv.b, self.fc.W, self.fc.b]

    def train_step(self, x, y):
        z = self.conv.forward(x)
        a = np.maximum(z, 0)
        s = self.fc.forward(a.reshape(len(x), -1))
        p = np.exp(s - s.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        loss = -np.log(p[y == 1]).mean()
        d = self.fc.backward((p - y) / len(x)).reshape(a.shape)
        self.conv.backward(d * (z > 0))
        for layer in (self.conv, self.fc):
            layer.W = layer.W - self.lr * layer.dW
            layer.b = layer.b - self.lr * layer.db
        return loss


loop = ConvNet(0.05)
loop.set_weights(reference.get_weights())
EXPECTED = "The gradient of the convolution's bias is averaged over the positions of the image instead of summed."
STAGE = ("gradients",)
CAUSE = "gradient_scaled"
