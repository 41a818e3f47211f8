"""A two-layer network in plain NumPy, as in the "neural network in 20 lines" posts: output layer updated first."""

import keras
import numpy as np

EXPECTED = "The hidden layer's error is computed with output weights that were already updated in this step, instead of the ones of the forward pass."
STAGE = ("gradients",)

keras.utils.set_random_seed(1)
rng = np.random.default_rng(1)
x = rng.normal(size=(26, 3)).astype("float32")
y = (np.sin(x @ rng.normal(size=(3, 1))) + 0.1 * rng.normal(size=(26, 1))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 26, 8)]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class NeuralNetwork:
    def __init__(self, inputs=3, hidden=5, lr=0.5):
        self.lr = lr
        self.params = [
            rng.normal(size=(inputs, hidden)),
            np.zeros(hidden),
            rng.normal(size=(hidden, 1)),
            np.zeros(1),
        ]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def predict(self, x):
        W1, b1, W2, b2 = self.params
        return sigmoid(x @ W1 + b1) @ W2 + b2

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.params
        hidden = sigmoid(x @ W1 + b1)
        out = hidden @ W2 + b2
        error = 2 * (out - y) / len(x)
        W2 -= self.lr * hidden.T @ error
        b2 -= self.lr * error.sum(axis=0)
        hidden_error = error @ W2.T
        hidden_delta = hidden_error * hidden * (1 - hidden)
        W1 -= self.lr * x.T @ hidden_delta
        b1 -= self.lr * hidden_delta.sum(axis=0)
        return np.mean((out - y) ** 2)


loop = NeuralNetwork()
reference = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(5, activation="sigmoid"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.5), "mse")
CAUSE = "backward_through_moved_weights"
