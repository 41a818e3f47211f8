"""An LSTM with backpropagation through time in NumPy."""

import keras
import numpy as np
from loops.feature_data import L, split


def build():
    model = keras.Sequential([L.Input((5, 2)), L.LSTM(4), L.Dense(1)])
    model.compile(keras.optimizers.SGD(0.2), "mse")
    return model


keras.utils.set_random_seed(157)
reference = build()
r = np.random.default_rng(157)
x = r.normal(size=(27, 5, 2)).astype("float32")
batches = split(x, x.sum((1, 2))[:, None], 10)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Network:
    def get_weights(self):
        return [w.copy() for w in self.w]

    def set_weights(self, weights):
        self.w = [np.array(w) for w in weights]

    def forward(self, x):
        K, U, b, V, c = self.w
        h = s = np.zeros((len(x), 4), x.dtype)
        steps = []
        for t in range(x.shape[1]):
            z = x[:, t] @ K + h @ U + b
            i, f, o = sigmoid(z[:, :4]), sigmoid(z[:, 4:8]), sigmoid(z[:, 12:])
            g = np.tanh(z[:, 8:12])
            steps.append((h, s, i, f, g, o))
            s = f * s + i * g
            h = o * np.tanh(s)
            steps[-1] += (s,)
        return h, steps, h @ V + c

    def predict(self, x):
        return self.forward(x)[-1]

    def train_step(self, x, y):
        K, U, b, V, c = self.w
        h, steps, out = self.forward(x)
        d = 2 * (out - y) / y.size
        grads = [np.zeros_like(K), np.zeros_like(U), np.zeros_like(b), h.T @ d, d.sum(0)]
        dh, ds = d @ V.T, 0
        for t in reversed(range(x.shape[1])):
            before, s0, i, f, g, o, s = steps[t]
            ds = ds + dh * o * (1 - np.tanh(s) ** 2)
            dz = np.concatenate(
                [
                    ds * g * i * (1 - i),
                    ds * s0 * f * (1 - f),
                    ds * i * (1 - g**2),
                    dh * np.tanh(s) * o * (1 - o),
                ],
                1,
            )
            grads[0] += x[:, t].T @ dz
            grads[1] += before.T @ dz
            grads[2] += dz.sum(0)
            dh, ds = dz @ U.T, ds * f
        self.w = [w - 0.2 * g for w, g in zip(self.w, grads)]
        return np.mean((out - y) ** 2)


loop = Network()
EXPECTED = "equal"
