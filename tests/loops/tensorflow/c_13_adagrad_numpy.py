"""Adagrad in NumPy on a column-vector network (weights as (out, in)), as in deep-learning courses."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(764)
rng = np.random.default_rng(764)
x = rng.normal(size=(40, 6)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(40, 1)) > 0).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 40, 16)]

reference = keras.Sequential(
    [keras.Input((6,)), L.Dense(4, activation="tanh"), L.Dense(1, activation="sigmoid")]
)
reference.compile(keras.optimizers.Adagrad(0.05), "binary_crossentropy")


class ColumnNet:
    def __init__(self):
        self.W1, self.b1 = np.zeros((4, 6)), np.zeros((4, 1))
        self.W2, self.b2 = np.zeros((1, 4)), np.zeros((1, 1))
        self.acc = dict.fromkeys(("W1", "b1", "W2", "b2"), 0.1)

    def get_weights(self):
        return [self.W1.T, self.b1[:, 0], self.W2.T, self.b2[:, 0]]

    def set_weights(self, ws):
        W1, b1, W2, b2 = [np.array(w, float) for w in ws]
        self.W1, self.b1, self.W2, self.b2 = W1.T, b1[:, None], W2.T, b2[:, None]

    def predict(self, x):
        A1 = np.tanh(self.W1 @ x.T + self.b1)
        return (1 / (1 + np.exp(-(self.W2 @ A1 + self.b2)))).T

    def train_step(self, x, y):
        X, Y = x.T, y.T
        m = X.shape[1]
        A1 = np.tanh(self.W1 @ X + self.b1)
        A2 = 1 / (1 + np.exp(-(self.W2 @ A1 + self.b2)))
        cost = np.squeeze(-(np.log(A2) @ Y.T + np.log(1 - A2) @ (1 - Y).T) / m)
        dZ2 = A2 - Y
        dZ1 = (self.W2.T @ dZ2) * (1 - A1**2)
        grads = dict(
            W2=dZ2 @ A1.T / m,
            b2=dZ2.sum(axis=1, keepdims=True) / m,
            W1=dZ1 @ X.T / m,
            b1=dZ1.sum(axis=1, keepdims=True) / m,
        )
        for k, g in grads.items():
            self.acc[k] = self.acc[k] + g**2
            setattr(self, k, getattr(self, k) - 0.05 * g / np.sqrt(self.acc[k] + 1e-7))
        return float(cost)


loop = ColumnNet()

EXPECTED = "equal"
