"""Centered RMSprop from scratch on a logistic regression."""

import keras
import numpy as np

EXPECTED = "equal"

keras.utils.set_random_seed(107)
rng = np.random.default_rng(107)
x = rng.normal(size=(31, 5)).astype("float32")
y = (x[:, :1] + 0.7 * rng.normal(size=(31, 1)) > 0).astype("float32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 31, 9)]


class Logistic:
    def __init__(self):
        self.params = [np.zeros((5, 1)), np.zeros(1)]
        self.square, self.mean = [0, 0], [0, 0]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def predict(self, x):
        return 1 / (1 + np.exp(-(x @ self.params[0] + self.params[1])))

    def train_step(self, x, y):
        p = self.predict(x)
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        error = (p - y) / len(x)
        for i, g in enumerate((x.T @ error, error.sum(0))):
            self.square[i] = 0.9 * self.square[i] + 0.1 * g**2
            self.mean[i] = 0.9 * self.mean[i] + 0.1 * g
            self.params[i] = self.params[i] - 0.02 * g / np.sqrt(
                self.square[i] - self.mean[i] ** 2 + 1e-3
            )
        return loss


loop = Logistic()
reference = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, activation="sigmoid")])
reference.compile(
    keras.optimizers.RMSprop(0.02, centered=True, epsilon=1e-3), "binary_crossentropy"
)
