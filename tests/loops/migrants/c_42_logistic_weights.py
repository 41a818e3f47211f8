"""Logistic regression in NumPy that takes sample weights as a third argument."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, binary, keras_model

EXPECTED = "equal"
reference = keras_model(
    [(5,), keras.layers.Dense(1, "sigmoid")], keras.optimizers.RMSprop(0.01), "binary_crossentropy"
)
rng = np.random.default_rng(142)
batches = [(x, y, rng.uniform(0.2, 2, len(x)).astype("float32")) for x, y in binary(142)]


class Logistic(NumpyNet):
    square = (0, 0)

    def train_step(self, x, y, sample_weight):
        w, b = self.weights
        s = np.reshape(sample_weight, (-1, 1))
        p = 1 / (1 + np.exp(-(x @ w + b)))
        loss = -np.mean(s * (y * np.log(p) + (1 - y) * np.log(1 - p)))
        d = s * (p - y) / len(x)
        grads = [x.T @ d, d.sum(0)]
        self.square = [0.9 * v + 0.1 * g**2 for v, g in zip(self.square, grads)]
        self.weights = [
            w - 0.01 * g / np.sqrt(v + 1e-7) for w, g, v in zip(self.weights, grads, self.square)
        ]
        return float(loss)


loop = Logistic(reference)
