"""A NumPy network after Nielsen's book, with sigmoid_prime(z) given the activations."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, binary, keras_model

EXPECTED = "the sigmoid's derivative is taken at the activation instead of the weighted input: sigmoid(a) * (1 - sigmoid(a))"
STAGE = ("gradients",)
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "sigmoid"), D(1, "sigmoid")], keras.optimizers.SGD(0.5), "binary_crossentropy"
)
batches = binary(36)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


class Network(NumpyNet):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.weights
        a1 = sigmoid(x @ w1 + b1)
        a2 = sigmoid(a1 @ w2 + b2)
        delta2 = (a2 - y) / len(x)
        delta1 = delta2 @ w2.T * sigmoid_prime(a1)
        grads = [x.T @ delta1, delta1.sum(0), a1.T @ delta2, delta2.sum(0)]
        self.weights = [w - 0.5 * g for w, g in zip(self.weights, grads)]
        return -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2))


loop = Network(reference)
CAUSE = "activation_derivative_place"
