"""A float64 network in NumPy, checked against a float64 reference."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(203)
rng = np.random.default_rng(203)
x = rng.normal(size=(36, 4))
y = np.tanh(x @ rng.normal(size=(4, 2))) + 0.3 * rng.normal(size=(36, 2))
x, y = x.astype("float64"), y.astype("float64")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential(
    [
        keras.Input((4,), dtype="float64"),
        L.Dense(6, activation="tanh", dtype="float64"),
        L.Dense(2, dtype="float64"),
    ]
)
reference.compile(
    keras.optimizers.Adam(0.0625, beta_1=0.875, beta_2=0.96875, epsilon=2.0**-20),
    keras.losses.MeanSquaredError(dtype="float64"),
)


class Net:
    def __init__(self):
        self.p = reference.get_weights()
        self.m = [np.zeros_like(p) for p in self.p]
        self.v = [np.zeros_like(p) for p in self.p]
        self.t = 0

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w, "float64") for w in ws]

    def gradients(self, x, y):
        W1, b1, W2, b2 = self.p
        h = np.tanh(x @ W1 + b1)
        self.err = h @ W2 + b2 - y
        d2 = 2 * self.err / self.err.size
        d1 = d2 @ W2.T * (1 - h**2)
        return [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]

    def train_step(self, x, y):
        grads = self.gradients(x, y)
        self.t += 1
        for i, g in enumerate(grads):
            self.m[i] = 0.875 * self.m[i] + 0.125 * g
            self.v[i] = 0.96875 * self.v[i] + 0.03125 * g * g
            alpha = 0.0625 * np.sqrt(1 - 0.96875**self.t) / (1 - 0.875**self.t)
            self.p[i] = self.p[i] - alpha * self.m[i] / (np.sqrt(self.v[i]) + 2.0**-20)
        return np.mean(self.err**2)


loop = Net()

EXPECTED = "equal"
