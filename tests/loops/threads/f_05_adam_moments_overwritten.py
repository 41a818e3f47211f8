"""Logistic regression with a hand-written Adam (NumPy), moments kept in dictionaries."""

import keras
import numpy as np

EXPECTED = "Adam's stored moments are overwritten by their bias-corrected values, which then go into the next step's averages."
STAGE = ("state",)

keras.utils.set_random_seed(5)
rng = np.random.default_rng(5)
x = rng.normal(size=(40, 6)).astype("float32")
y = (x[:, :1] + 0.7 * rng.normal(size=(40, 1)) > 0).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 40, 12)]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class LogisticRegression:
    def __init__(self, features, alpha=0.02):
        self.params = [np.zeros((features, 1)), np.zeros(1)]
        self.alpha = alpha
        self.t = 0
        self.m = {"w": 0, "b": 0}
        self.v = {"w": 0, "b": 0}

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def predict(self, x):
        w, b = self.params
        return sigmoid(x @ w + b)

    def train_step(self, x, y):
        w, b = self.params
        p = self.predict(x)
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        grads = {"w": x.T @ (p - y) / len(x), "b": np.mean(p - y, axis=0)}
        self.t += 1
        step = {}
        for k in grads:
            self.m[k] = 0.9 * self.m[k] + 0.1 * grads[k]
            self.v[k] = 0.999 * self.v[k] + 0.001 * grads[k] ** 2
            self.m[k] = self.m[k] / (1 - 0.9**self.t)
            self.v[k] = self.v[k] / (1 - 0.999**self.t)
            step[k] = self.alpha * self.m[k] / (np.sqrt(self.v[k]) + 1e-10)
        w -= step["w"]
        b -= step["b"]
        return loss


loop = LogisticRegression(6)
reference = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
reference.compile(keras.optimizers.Adam(0.02, epsilon=1e-10), "binary_crossentropy")
CAUSE = "adam_moments_overwritten"
