"""RMSprop with epsilon outside of the root, as in most books."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(907)
rng = np.random.default_rng(907)
x = rng.normal(size=(36, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(36, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(6, activation="relu"), L.Dense(1)])
reference.compile(keras.optimizers.RMSprop(0.01, epsilon=1e-3), "mse")


class Net:
    def __init__(self):
        self.p = reference.get_weights()
        self.cache = [np.zeros_like(p) for p in self.p]

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
            self.cache[i] = 0.9 * self.cache[i] + 0.1 * g**2
            self.p[i] = self.p[i] - 0.01 * g / (np.sqrt(self.cache[i]) + 1e-3)
        return (e**2).mean()


loop = Net()

EXPECTED = "RMSprop's epsilon is added outside of the square root; Keras adds it inside."
STAGE = ("update",)
CAUSE = "epsilon_outside_root"
