"""Softmax in NumPy copied from column-vector code."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(249)
rng = np.random.default_rng(249)
x = rng.normal(size=(36, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(36, 3))).argmax(1)
y = np.eye(3, dtype="float32")[y]
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(3, activation="softmax")]
)
reference.compile(keras.optimizers.SGD(0.1), "categorical_crossentropy")


class Net:
    def __init__(self):
        self.p = reference.get_weights()

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def predict(self, x):
        self.h = np.maximum(0, x @ self.p[0] + self.p[1])
        z = self.h @ self.p[2] + self.p[3]
        e = np.exp(z - np.max(z))
        return e / e.sum(axis=0)

    def train_step(self, x, y):
        probs = self.predict(x)
        loss = -np.sum(y * np.log(probs)) / len(x)
        d = (probs - y) / len(x)
        dh = d @ self.p[2].T * (self.h > 0)
        grads = [x.T @ dh, dh.sum(0), self.h.T @ d, d.sum(0)]
        self.p = [p - 0.1 * g for p, g in zip(self.p, grads)]
        return loss


loop = Net()

EXPECTED = "Softmax is normalized over the batch axis (axis 0) instead of over the classes."
STAGE = ("outputs",)
CAUSE = "softmax_axis"
