"""A network from scratch whose sigmoid_prime expects z but gets the activation."""

import keras
import numpy as np
from loops.course_data import Arrays, mlp, regression, sigmoid


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


class Network(Arrays):
    def train_step(self, x, y):
        w1, b1, w2, b2, w3, b3 = self.params
        a1 = sigmoid(x @ w1 + b1)
        a2 = sigmoid(a1 @ w2 + b2)
        a3 = a2 @ w3 + b3
        d3 = 2 * (a3 - y) / y.size
        d2 = d3 @ w3.T * sigmoid_prime(a2)
        d1 = d2 @ w2.T * sigmoid_prime(a1)
        slopes = [x.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0), a2.T @ d3, d3.sum(0)]
        self.params = [p - 0.2 * g for p, g in zip(self.params, slopes)]
        return np.mean((a3 - y) ** 2)


loop = Network()
reference = mlp([4, 6, 5, 2], "sigmoid")
reference.compile(keras.optimizers.SGD(0.2), "mse")
batches = regression(2, k=2)

EXPECTED = "The sigmoid's derivative is evaluated at the activation instead of at the pre-activation z, so the sigmoid is applied twice in backpropagation."
STAGE = ("gradients",)
CAUSE = "activation_derivative_place"
