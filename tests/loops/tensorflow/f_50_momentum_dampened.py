"""Momentum as an exponential average, as the deep-learning specialization teaches it."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(206)
rng = np.random.default_rng(206)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(40, 3))).argmax(1)
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 40, 14)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6, activation="tanh"), L.Dense(3, activation="softmax")]
)
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy")


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
        h = np.tanh(x @ W1 + b1)
        s = h @ W2 + b2
        e = np.exp(s - s.max(1, keepdims=True))
        q = e / e.sum(1, keepdims=True)
        d2 = (q - np.eye(3)[y]) / len(y)
        d1 = d2 @ W2.T * (1 - h * h)
        beta = 0.9
        for i, g in enumerate([x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]):
            self.v[i] = beta * self.v[i] + (1 - beta) * g
            self.p[i] = self.p[i] - 0.1 * self.v[i]
        return -np.log(q[np.arange(len(y)), y]).mean()


loop = Net()

EXPECTED = "The gradient enters the momentum with the factor 1 - beta, so the steps are ten times too small."
STAGE = ("update", "state")
CAUSE = "damped_momentum"
