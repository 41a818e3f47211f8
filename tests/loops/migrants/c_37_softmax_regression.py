"""Softmax regression in NumPy with the bias as a last row of ones' weights."""

import keras
import numpy as np
from loops.migrant_data import keras_model, labels

EXPECTED = "equal"
reference = keras_model(
    [(5,), keras.layers.Dense(3, "softmax")], keras.optimizers.SGD(0.3), "categorical_crossentropy"
)
batches = labels(137, onehot=True)


class SoftmaxRegression:
    def __init__(self):
        self.theta = np.zeros((6, 3))

    def get_weights(self):
        return [self.theta[:-1].copy(), self.theta[-1].copy()]

    def set_weights(self, arrays):
        self.theta = np.vstack([arrays[0], arrays[1][None]]).astype("float64")

    def predict(self, x):
        z = np.hstack([x, np.ones((len(x), 1))]) @ self.theta
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def train_step(self, x, y):
        p = self.predict(x)
        self.theta -= 0.3 / len(x) * np.hstack([x, np.ones((len(x), 1))]).T @ (p - y)
        return float(-np.mean(np.log(np.sum(p * y, axis=1))))


loop = SoftmaxRegression()
