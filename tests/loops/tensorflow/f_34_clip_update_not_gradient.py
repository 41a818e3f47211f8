"""Clipping applied to the momentum update, as some RL code does."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(936)
rng = np.random.default_rng(936)
x = rng.normal(size=(44, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(44, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 44, 11)]
y *= 6

reference = keras.Sequential([keras.Input((4,)), L.Dense(6, activation="tanh"), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.02, momentum=0.9, clipvalue=0.5), "mse")


class Net:
    def __init__(self):
        self.p = reference.get_weights()
        self.v = [np.zeros_like(p) for p in self.p]

    def get_weights(self):
        return list(self.p)

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.p
        h = np.tanh(x @ W1 + b1)
        e = h @ W2 + b2 - y
        d2 = 2 * e / len(x)
        d1 = d2 @ W2.T * (1 - h * h)
        for i, g in enumerate([x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]):
            self.v[i] = np.clip(0.9 * self.v[i] + g, -0.5, 0.5)
            self.p[i] = self.p[i] - 0.02 * self.v[i]
        return (e**2).mean()


loop = Net()

EXPECTED = "The clipping by value is applied to the momentum buffer (the update) instead of to the gradient before it enters the momentum."
STAGE = ("update", "state")
CAUSE = "clipping_place"
