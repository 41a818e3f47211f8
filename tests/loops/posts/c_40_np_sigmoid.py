"""NumPy network with sigmoids, backpropagation by hand."""

import keras
import numpy as np
from keras import layers
from loops.post_data import binary, cut

keras.utils.set_random_seed(140)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(6, activation="sigmoid"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.SGD(0.5), "mse")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class NeuralNetwork:
    def __init__(self):
        self.w1, self.b1, self.w2, self.b2 = (
            np.zeros((5, 6)),
            np.zeros(6),
            np.zeros((6, 1)),
            np.zeros(1),
        )

    def get_weights(self):
        return [self.w1.copy(), self.b1.copy(), self.w2.copy(), self.b2.copy()]

    def set_weights(self, weights):
        self.w1, self.b1, self.w2, self.b2 = [np.array(w, "float64") for w in weights]

    def train_step(self, x, y):
        h = sigmoid(x @ self.w1 + self.b1)
        out = sigmoid(h @ self.w2 + self.b2)
        delta2 = 2 * (out - y) / len(x) * out * (1 - out)
        delta1 = delta2 @ self.w2.T * h * (1 - h)
        self.w2 -= 0.5 * h.T @ delta2
        self.b2 -= 0.5 * delta2.sum(axis=0)
        self.w1 -= 0.5 * x.T @ delta1
        self.b1 -= 0.5 * delta1.sum(axis=0)
        return np.mean((out - y) ** 2)


loop = NeuralNetwork()
batches = cut(*binary(140), 12)
EXPECTED = "equal"
