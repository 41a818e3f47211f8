"""Polynomial decay by hand with SGD and nesterov momentum, Keras's form."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(105)
rng = np.random.default_rng(105)
x = rng.normal(size=(60, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(60, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 60, 12)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(5, activation="relu"), L.Dense(1)])
reference.compile(
    keras.optimizers.SGD(
        keras.optimizers.schedules.PolynomialDecay(0.1, 4, end_learning_rate=0.01, power=2.0),
        momentum=0.9,
        nesterov=True,
    ),
    "mse",
)


class Net:
    def __init__(self):
        self.p = reference.get_weights()
        self.v = [np.zeros_like(p) for p in self.p]
        self.iteration = 0

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
        lr = (0.1 - 0.01) * (1 - min(self.iteration, 4) / 4) ** 2 + 0.01
        self.iteration += 1
        for i, g in enumerate([x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]):
            self.v[i] = 0.9 * self.v[i] - lr * g
            self.p[i] = self.p[i] + 0.9 * self.v[i] - lr * g
        return float((e**2).mean())


loop = Net()

EXPECTED = "equal"
