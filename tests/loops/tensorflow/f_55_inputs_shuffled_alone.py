"""An epoch that shuffles x and forgets y."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(645)
rng = np.random.default_rng(645)
x = rng.normal(size=(41, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(41, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 41, 12)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(5, activation="relu"), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse")


class Net:
    def __init__(self):
        self.p = reference.get_weights()
        self.v = [np.zeros_like(p) for p in self.p]

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.p
        h = np.maximum(x @ W1 + b1, 0)
        e = h @ W2 + b2 - y
        d2 = 2 * e / len(x)
        d1 = d2 @ W2.T * (h > 0)
        for i, g in enumerate([x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]):
            self.v[i] = 0.9 * self.v[i] - 0.05 * g
            self.p[i] = self.p[i] + self.v[i]
        return (e * e).mean()

    def fit(self, X, Y, batch_size):
        order = np.random.default_rng(0).permutation(len(X))
        X = X[order]
        losses = [
            len(X[i : i + batch_size])
            * self.train_step(X[i : i + batch_size], Y[i : i + batch_size])
            for i in range(0, len(X), batch_size)
        ]
        return sum(losses) / len(X)


loop = Net()

EXPECTED = (
    "fit shuffles the inputs without their targets, so that the pairs no longer belong together."
)
STAGE = ("data",)
CAUSE = "shuffled_apart"
