"""Adadelta from Zeiler's paper in NumPy, with a learning rate of 1."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, keras_model, regression

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "tanh"), D(1)], keras.optimizers.Adadelta(1.0, rho=0.9, epsilon=1e-6), "mse"
)
batches = regression(143)


class Net(NumpyNet):
    Eg, Ed = [0.0] * 4, [0.0] * 4

    def train_step(self, x, y):
        w1, b1, w2, b2 = self.weights
        h = np.tanh(x @ w1 + b1)
        e = h @ w2 + b2 - y
        d2 = 2 * e / len(x)
        d1 = (d2 @ w2.T) * (1 - h**2)
        grads = [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]
        self.Eg = [0.9 * a + 0.1 * g**2 for a, g in zip(self.Eg, grads)]
        steps = [
            -np.sqrt(d + 1e-6) / np.sqrt(a + 1e-6) * g for a, d, g in zip(self.Eg, self.Ed, grads)
        ]
        self.Ed = [0.9 * d + 0.1 * s**2 for d, s in zip(self.Ed, steps)]
        self.weights = [w + s for w, s in zip(self.weights, steps)]
        return float(np.mean(e**2))


loop = Net(reference)
