"""Softmax regression in NumPy with Adamax, labels as integers."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(673)
rng = np.random.default_rng(673)
x = rng.normal(size=(44, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(44, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 44, 16)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(3, activation="softmax")]
)
reference.compile(keras.optimizers.Adamax(0.02), "sparse_categorical_crossentropy")


class Net:
    def __init__(self):
        self.p = [np.zeros(w.shape) for w in reference.get_weights()]
        self.m, self.u, self.t = [0.0] * 4, [0.0] * 4, 0

    def get_weights(self):
        return self.p

    def set_weights(self, weights):
        self.p = [np.array(w, float) for w in weights]

    def predict(self, x):
        z = np.maximum(x @ self.p[0] + self.p[1], 0) @ self.p[2] + self.p[3]
        z = np.exp(z - z.max(axis=1, keepdims=True))
        return z / z.sum(axis=1, keepdims=True)

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.p
        h = np.maximum(x @ W1 + b1, 0)
        probs = self.predict(x)
        loss = -np.log(probs[np.arange(len(y)), y]).mean()
        d = probs.copy()
        d[np.arange(len(y)), y] -= 1
        d /= len(y)
        dh = d @ W2.T
        dh[h <= 0] = 0
        self.t += 1
        for i, g in enumerate([x.T @ dh, dh.sum(0), h.T @ d, d.sum(0)]):
            self.m[i] = 0.9 * self.m[i] + 0.1 * g
            self.u[i] = np.maximum(0.999 * self.u[i], np.abs(g))
            self.p[i] = self.p[i] - 0.02 / (1 - 0.9**self.t) * self.m[i] / (self.u[i] + 1e-7)
        return loss


loop = Net()

EXPECTED = "equal"
