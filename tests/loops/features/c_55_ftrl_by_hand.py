"""Follow the regularized leader in its closed form."""

import keras
import numpy as np
from loops.feature_data import L, binary, split


def build():
    model = keras.Sequential(
        [
            L.Input((6,), dtype="float64"),
            L.Dense(5, "relu", dtype="float64"),
            L.Dense(1, "sigmoid", dtype="float64"),
        ]
    )
    model.compile(
        keras.optimizers.Ftrl(0.25, l1_regularization_strength=0.01),
        keras.losses.BinaryCrossentropy(dtype="float64"),
    )
    return model


keras.utils.set_random_seed(155)
reference = build()
batches = split(*binary(155, 38, 6, "float64"), 10)


class Network:
    names = ("W1", "b1", "W2", "b2")

    def __init__(self):
        self.params = dict(zip(self.names, reference.get_weights()))
        self.n = {name: np.full_like(w, 0.1) for name, w in self.params.items()}
        self.z = {name: np.zeros_like(w) for name, w in self.params.items()}

    def get_weights(self):
        return [self.params[name].copy() for name in self.names]

    def set_weights(self, weights):
        self.params = {name: np.array(w) for name, w in zip(self.names, weights)}

    def forward(self, x):
        p = self.params
        z1 = x @ p["W1"] + p["b1"]
        a1 = np.maximum(z1, 0)
        z2 = a1 @ p["W2"] + p["b2"]
        out = 1 / (1 + np.exp(-z2))
        return z1, a1, out

    def predict(self, x):
        return self.forward(x)[-1]

    def loss_and_grads(self, x, y):
        p = self.params
        z1, a1, out = self.forward(x)
        loss = -np.mean(y * np.log(out) + (1 - y) * np.log(1 - out))
        dz2 = (out - y) / len(x)
        dW2 = a1.T @ dz2
        db2 = dz2.sum(axis=0)
        dz1 = (dz2 @ p["W2"].T) * (z1 > 0)
        dW1 = x.T @ dz1
        db1 = dz1.sum(axis=0)
        return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    def train_step(self, x, y):
        loss, grads = self.loss_and_grads(x, y)
        p = self.params
        for name in p:
            g, w = grads[name], p[name]
            n = self.n[name] + g**2
            self.z[name] = self.z[name] + g - (np.sqrt(n) - np.sqrt(self.n[name])) / 0.25 * w
            self.n[name] = n
            z = self.z[name]
            p[name] = np.where(abs(z) <= 0.01, 0, (np.sign(z) * 0.01 - z) * 0.25 / np.sqrt(n))
        return loss


loop = Network()
EXPECTED = "equal"
