"""NumPy backpropagation where sigmoid_derivative gets the activation instead of z."""

import keras
import numpy as np

EXPECTED = "The sigmoid's derivative is evaluated at the activation instead of the pre-activation (sigmoid applied twice) in the backward pass."
STAGE = ("gradients",)

keras.utils.set_random_seed(3)
rng = np.random.default_rng(3)
x = rng.normal(size=(22, 4)).astype("float32")
y = (x[:, :1] + 0.7 * rng.normal(size=(22, 1)) > 0).astype("float32")
batches = [(x[i : i + 6], y[i : i + 6]) for i in range(0, 22, 6)]


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


class Network:
    def __init__(self, sizes):
        self.sizes = sizes
        self.params = []
        for i, j in zip(sizes[:-1], sizes[1:]):
            self.params += [rng.normal(size=(i, j)), np.zeros(j)]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def train_step(self, x, y):
        eta = 0.8
        activations = [x]
        for W, b in zip(self.params[::2], self.params[1::2]):
            activations.append(sigmoid(activations[-1] @ W + b))
        out = activations[-1]
        loss = np.mean((out - y) ** 2)
        delta = 2 * (out - y) / y.size * out * (1 - out)
        grads = []
        for l in range(len(self.sizes) - 2, -1, -1):
            grads = [activations[l].T @ delta, delta.sum(axis=0), *grads]
            if l > 0:
                delta = delta @ self.params[2 * l].T * sigmoid_prime(activations[l])
        for p, g in zip(self.params, grads):
            p -= eta * g
        return loss


loop = Network([4, 5, 4, 1])
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(5, activation="sigmoid"),
        keras.layers.Dense(4, activation="sigmoid"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.SGD(0.8), "mse")
CAUSE = "activation_derivative_place"
