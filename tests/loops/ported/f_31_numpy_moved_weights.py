"""Course network in NumPy: the hidden error is computed from output weights that were updated a line before."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


rng = np.random.default_rng(31)
x = rng.normal(size=(36, 3)).astype("float32")
y = (x[:, :1] * x[:, 1:2] > 0).astype("float32")
batches = batched(10, x, y)

keras.utils.set_random_seed(31)
reference = keras.Sequential(
    [
        keras.Input((3,)),
        keras.layers.Dense(6, activation="sigmoid"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.SGD(0.5), "binary_crossentropy")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class NeuralNetwork:
    def __init__(self):
        self.W1 = rng.normal(size=(3, 6)) * 0.5
        self.b1 = np.zeros(6)
        self.W2 = rng.normal(size=(6, 1)) * 0.5
        self.b2 = np.zeros(1)

    def get_weights(self):
        return [self.W1.copy(), self.b1.copy(), self.W2.copy(), self.b2.copy()]

    def set_weights(self, weights):
        self.W1, self.b1, self.W2, self.b2 = (np.array(w, "float64") for w in weights)

    def predict(self, x):
        self.a1 = sigmoid(x @ self.W1 + self.b1)
        return sigmoid(self.a1 @ self.W2 + self.b2)

    def train_step(self, x, y, lr=0.5):
        a2 = self.predict(x)
        loss = -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2))
        output_error = (a2 - y) / len(x)
        self.W2 -= lr * self.a1.T @ output_error
        self.b2 -= lr * output_error.sum(axis=0)
        hidden_error = output_error @ self.W2.T * self.a1 * (1 - self.a1)
        self.W1 -= lr * x.T @ hidden_error
        self.b1 -= lr * hidden_error.sum(axis=0)
        return loss


loop = NeuralNetwork()
EXPECTED = "The hidden layer's error is propagated through output weights that have been updated already in this step."
STAGE = ("gradients",)
CAUSE = "backward_through_moved_weights"
