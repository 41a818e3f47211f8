"""tanh's derivative taken as 1 - z**2."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(273)
rng = np.random.default_rng(273)
x = rng.normal(size=(36, 4)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(36, 1)) > 0).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(5, activation="tanh"),
        L.Dense(5, activation="tanh"),
        L.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.Adagrad(0.05), "binary_crossentropy")


class Net:
    def __init__(self):
        self.p = reference.get_weights()
        self.G = [np.full_like(p, 0.1) for p in self.p]

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def train_step(self, x, y):
        W1, b1, W2, b2, W3, b3 = self.p
        z1 = x @ W1 + b1
        a1 = np.tanh(z1)
        z2 = a1 @ W2 + b2
        a2 = np.tanh(z2)
        p = 1 / (1 + np.exp(-(a2 @ W3 + b3)))
        d3 = (p - y) / len(y)
        d2 = d3 @ W3.T * (1 - z2**2)
        d1 = d2 @ W2.T * (1 - z1**2)
        grads = [x.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0), a2.T @ d3, d3.sum(0)]
        for i, g in enumerate(grads):
            self.G[i] += g**2
            self.p[i] = self.p[i] - 0.05 * g / np.sqrt(self.G[i] + 1e-7)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


loop = Net()

EXPECTED = "The derivative of tanh is computed as 1 - z^2 from the pre-activation instead of 1 - tanh(z)^2."
STAGE = ("gradients",)
CAUSE = "activation_derivative_place"
