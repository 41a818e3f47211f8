"""Samples as columns and weights (out, in), as in the deep-learning specialization."""

import keras
import numpy as np
from loops.feature_data import L, binary, split


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(6, "tanh"), L.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.SGD(0.3), "binary_crossentropy")
    return model


keras.utils.set_random_seed(138)
reference = build()
batches = split(*binary(138, 33, 4), 12)


class Network:
    def get_weights(self):
        return [self.W1.T.copy(), self.b1[:, 0].copy(), self.W2.T.copy(), self.b2[:, 0].copy()]

    def set_weights(self, weights):
        W1, b1, W2, b2 = weights
        self.W1, self.b1, self.W2, self.b2 = (
            W1.T.copy(),
            b1[:, None].copy(),
            W2.T.copy(),
            b2[:, None].copy(),
        )

    def propagate(self, X):
        A1 = np.tanh(self.W1 @ X + self.b1)
        return A1, 1 / (1 + np.exp(-(self.W2 @ A1 + self.b2)))

    def predict(self, x):
        return self.propagate(x.T)[1].T

    def train_step(self, x, y):
        X, Y = x.T, y.T
        m = X.shape[1]
        A1, A2 = self.propagate(X)
        cost = -(Y @ np.log(A2).T + (1 - Y) @ np.log(1 - A2).T).item() / m
        dZ2 = A2 - Y
        dZ1 = self.W2.T @ dZ2 * (1 - A1**2)
        self.W2 = self.W2 - 0.3 / m * dZ2 @ A1.T
        self.b2 = self.b2 - 0.3 / m * dZ2.sum(axis=1, keepdims=True)
        self.W1 = self.W1 - 0.3 / m * dZ1 @ X.T
        self.b1 = self.b1 - 0.3 / m * dZ1.sum(axis=1, keepdims=True)
        return cost


loop = Network()
EXPECTED = "equal"
