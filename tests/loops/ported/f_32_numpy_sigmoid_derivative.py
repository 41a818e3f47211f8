"""The eleven-lines network: sigmoid_derivative(z) = sigmoid(z) * (1 - sigmoid(z)) fed with activations in place of z."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


rng = np.random.default_rng(32)
x = rng.normal(size=(30, 4)).astype("float32")
y = rng.normal(size=(30, 2)).astype("float32")
batches = batched(8, x, y)

keras.utils.set_random_seed(32)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(7, activation="sigmoid"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.SGD(0.2), "mse")


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_derivative(z):
    return sigmoid(z) * (1.0 - sigmoid(z))


class MLP:
    def __init__(self):
        self.weights = [rng.normal(size=s) * 0.3 for s in [(4, 7), (7,), (7, 2), (2,)]]

    def get_weights(self):
        return [w.copy() for w in self.weights]

    def set_weights(self, weights):
        self.weights = [np.array(w, dtype="float64") for w in weights]

    def predict(self, x):
        w1, b1, w2, b2 = self.weights
        return sigmoid(x @ w1 + b1) @ w2 + b2

    def gradients(self, x, y):
        w1, b1, w2, b2 = self.weights
        hidden = sigmoid(x @ w1 + b1)
        delta2 = 2 * (hidden @ w2 + b2 - y) / y.size
        delta1 = (delta2 @ w2.T) * sigmoid_derivative(hidden)
        return [x.T @ delta1, delta1.sum(0), hidden.T @ delta2, delta2.sum(0)]

    def train_step(self, x, y):
        loss = np.mean((self.predict(x) - y) ** 2)
        for w, g in zip(self.weights, self.gradients(x, y)):
            w -= 0.2 * g
        return loss


loop = MLP()
EXPECTED = "The sigmoid's derivative applies the sigmoid once more to the activations that it is given, rather than a * (1 - a) of them."
STAGE = ("gradients",)
CAUSE = "activation_derivative_place"
