"""Softmax written for one sample and then used on a mini-batch (NumPy)."""

import keras
import numpy as np

EXPECTED = "The softmax is normalized over the whole batch instead of over each sample's classes."
STAGE = ("outputs",)

keras.utils.set_random_seed(10)
rng = np.random.default_rng(10)
x = rng.normal(size=(27, 4)).astype("float32")
labels = np.argmax(x[:, :3] + 0.5 * rng.normal(size=(27, 3)), axis=1)
y = np.eye(3, dtype="float32")[labels]
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 27, 10)]


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


class SoftmaxRegression:
    def __init__(self):
        self.params = [0.1 * rng.normal(size=(4, 3)), np.zeros(3)]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def predict(self, x):
        W, b = self.params
        return softmax(x @ W + b)

    def train_step(self, x, y):
        W, b = self.params
        p = self.predict(x)
        loss = -np.mean(np.sum(y * np.log(p + 1e-12), axis=1))
        dz = (p - y) / len(x)
        W -= 0.5 * x.T @ dz
        b -= 0.5 * dz.sum(axis=0)
        return loss


loop = SoftmaxRegression()
reference = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
reference.compile(keras.optimizers.SGD(0.5), "categorical_crossentropy")
CAUSE = "softmax_axis"
