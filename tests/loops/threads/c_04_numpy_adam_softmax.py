"""Course-style NumPy classifier with columns as samples, hand-written Adam in the form of the paper's last line."""

import keras
import numpy as np

EXPECTED = "equal"

keras.utils.set_random_seed(104)
rng = np.random.default_rng(104)
x = rng.normal(size=(34, 5)).astype("float64")
labels = np.argmax(x[:, :3] + 0.5 * rng.normal(size=(34, 3)), axis=1)
y = np.eye(3, dtype="float64")[labels]
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 34, 10)]


class DeepNet:
    def __init__(self):
        self.W = [rng.normal(size=(6, 5)), rng.normal(size=(3, 6))]
        self.b = [np.zeros((6, 1)), np.zeros((3, 1))]
        self.state = None
        self.t = 0

    def get_weights(self):
        return [
            self.W[0].T.copy(),
            self.b[0][:, 0].copy(),
            self.W[1].T.copy(),
            self.b[1][:, 0].copy(),
        ]

    def set_weights(self, weights):
        self.W = [np.array(weights[0], "float64").T, np.array(weights[2], "float64").T]
        self.b = [
            np.array(weights[1], "float64")[:, None],
            np.array(weights[3], "float64")[:, None],
        ]

    def train_step(self, x, y):
        X, Y = x.T, y.T
        m = X.shape[1]
        Z1 = self.W[0] @ X + self.b[0]
        A1 = np.maximum(0, Z1)
        Z2 = self.W[1] @ A1 + self.b[1]
        A2 = np.exp(Z2 - Z2.max(axis=0))
        A2 /= A2.sum(axis=0)
        cost = -np.sum(Y * np.log(A2)) / m
        dZ2 = A2 - Y
        dZ1 = self.W[1].T @ dZ2 * (Z1 > 0)
        grads = [
            dZ1 @ X.T / m,
            dZ1.sum(axis=1, keepdims=True) / m,
            dZ2 @ A1.T / m,
            dZ2.sum(axis=1, keepdims=True) / m,
        ]
        params = [self.W[0], self.b[0], self.W[1], self.b[1]]
        if self.state is None:
            self.state = [[np.zeros_like(g), np.zeros_like(g)] for g in grads]
        self.t += 1
        alpha = 0.01 * np.sqrt(1 - 0.999**self.t) / (1 - 0.9**self.t)
        for p, g, s in zip(params, grads, self.state):
            s[0] = 0.9 * s[0] + 0.1 * g
            s[1] = 0.999 * s[1] + 0.001 * g * g
            p -= alpha * s[0] / (np.sqrt(s[1]) + 1e-7)
        return cost


loop = DeepNet()
reference = keras.Sequential(
    [
        keras.Input((5,), dtype="float64"),
        keras.layers.Dense(6, activation="relu", dtype="float64"),
        keras.layers.Dense(3, activation="softmax", dtype="float64"),
    ]
)
reference.compile(keras.optimizers.Adam(0.01), "categorical_crossentropy")
