"""NumPy network: sigmoid_prime called on activations."""

import keras
import numpy as np
from keras import layers
from loops.post_data import binary, cut

keras.utils.set_random_seed(43)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(6, activation="sigmoid"),
        layers.Dense(2, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.SGD(1.0), "mse")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))


class Network:
    def __init__(self, sizes, lr):
        self.lr = lr
        self.weights = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
        self.biases = [np.zeros(b) for b in sizes[1:]]

    def get_weights(self):
        return [np.array(p) for pair in zip(self.weights, self.biases) for p in pair]

    def set_weights(self, arrays):
        arrays = [np.array(a, "float64") for a in arrays]
        self.weights, self.biases = arrays[::2], arrays[1::2]

    def train_step(self, x, y):
        a = [x]
        for w, b in zip(self.weights, self.biases):
            a.append(sigmoid(a[-1] @ w + b))
        delta = 2 * (a[-1] - y) / y.size * sigmoid_derivative(a[-1])
        grads = []
        for i in (1, 0):
            grads.insert(0, (a[i].T @ delta, delta.sum(axis=0)))
            if i:
                delta = delta @ self.weights[i].T * sigmoid_derivative(a[i])
        for i, (gw, gb) in enumerate(grads):
            self.weights[i] -= self.lr * gw
            self.biases[i] -= self.lr * gb
        return np.mean((a[-1] - y) ** 2)


loop = Network([5, 6, 2], 1.0)
x, y = binary(43)
batches = cut(x, np.concatenate([y, 1 - y], axis=1), 12)
EXPECTED = "The sigmoid's derivative is evaluated at the activations, which are sigmoids already, instead of at the pre-activations."
STAGE = ("gradients",)
CAUSE = "activation_derivative_place"
