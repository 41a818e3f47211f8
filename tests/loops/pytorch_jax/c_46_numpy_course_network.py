"""The course's network with columns as samples and 1/m in the gradients."""

import keras
import numpy as np

L = keras.layers
rng = np.random.default_rng(2194)
keras.utils.set_random_seed(2194)

x = rng.normal(size=(50, 5)).astype("float32")
y = (x[:, :1] + x[:, 1:2] + 0.3 * rng.normal(size=(50, 1)) > 0).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.SGD(0.5), "binary_crossentropy")


class Loop:
    def __init__(self):
        self.p = {
            "W1": np.zeros((8, 5)),
            "b1": np.zeros((8, 1)),
            "W2": np.zeros((1, 8)),
            "b2": np.zeros((1, 1)),
        }

    def get_weights(self):
        p = self.p
        return [p["W1"].T.copy(), p["b1"][:, 0].copy(), p["W2"].T.copy(), p["b2"][:, 0].copy()]

    def set_weights(self, weights):
        W1, b1, W2, b2 = [np.array(w, dtype=float) for w in weights]
        self.p = {"W1": W1.T, "b1": b1[:, None], "W2": W2.T, "b2": b2[:, None]}

    def forward(self, X):
        p = self.p
        A1 = np.tanh(p["W1"] @ X + p["b1"])
        A2 = 1 / (1 + np.exp(-(p["W2"] @ A1 + p["b2"])))
        return A1, A2

    def predict(self, x):
        return self.forward(x.T)[1].T

    def train_step(self, x, y):
        X, Y, m, p = x.T, y.T, len(x), self.p
        A1, A2 = self.forward(X)
        cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
        dZ2 = A2 - Y
        dZ1 = p["W2"].T @ dZ2 * (1 - A1**2)
        grads = {
            "W1": dZ1 @ X.T / m,
            "b1": dZ1.sum(1, keepdims=True) / m,
            "W2": dZ2 @ A1.T / m,
            "b2": dZ2.sum(1, keepdims=True) / m,
        }
        self.p = {k: p[k] - 0.5 * grads[k] for k in p}
        return cost


loop = Loop()
EXPECTED = "equal"
