"""Softmax regression in NumPy, written for one sample and then given batches."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, keras_model, labels

EXPECTED = "softmax divides by the sum over the whole batch instead of each row (axis=1 is missing)"
STAGE = ("outputs", "loss")
reference = keras_model(
    [(5,), keras.layers.Dense(3, "softmax")], keras.optimizers.SGD(0.3), "categorical_crossentropy"
)
batches = labels(40, onehot=True)


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


class SoftmaxRegression(NumpyNet):
    def predict(self, x):
        return softmax(x @ self.weights[0] + self.weights[1])

    def train_step(self, x, y):
        p = self.predict(x)
        loss = -np.mean(np.sum(y * np.log(p), axis=1))
        d = (p - y) / len(x)
        self.weights[0] = self.weights[0] - 0.3 * x.T @ d
        self.weights[1] = self.weights[1] - 0.3 * d.sum(axis=0)
        return float(loss)


loop = SoftmaxRegression(reference)
CAUSE = "softmax_axis"
