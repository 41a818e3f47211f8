"""Lion whose momentum is updated before the sign is taken."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(458)
rng = np.random.default_rng(458)
x = rng.normal(size=(60, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(60, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 60, 10)]

reference = keras.Sequential([keras.Input((5,)), L.Dense(6, activation="tanh"), L.Dense(1)])
reference.compile(keras.optimizers.Lion(0.01, beta_1=0.9, beta_2=0.6), "mse")


class Net:
    def __init__(self):
        self.p = reference.get_weights()
        self.m = [np.zeros_like(p) for p in self.p]

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.p
        h = np.tanh(x @ W1 + b1)
        e = h @ W2 + b2 - y
        d2 = 2 * e / len(x)
        d1 = d2 @ W2.T * (1 - h * h)
        for i, g in enumerate([x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]):
            self.m[i] = 0.6 * self.m[i] + 0.4 * g
            self.p[i] = self.p[i] - 0.01 * np.sign(0.9 * self.m[i] + 0.1 * g)
        return (e * e).mean()


loop = Net()

EXPECTED = "Lion's momentum is updated (with beta_2) before the interpolation whose sign is taken, instead of after it."
STAGE = ("state", "update")
CAUSE = "lion_mean_first"
