"""Adam with a large epsilon, under the root."""

import keras
import numpy as np
from loops.feature_data import L, reg, split


def build():
    model = keras.Sequential(
        [
            L.Input((3,), dtype="float64"),
            L.Dense(6, "tanh", dtype="float64"),
            L.Dense(2, "linear", dtype="float64"),
        ]
    )
    model.compile(
        keras.optimizers.Adam(0.01, epsilon=1e-3), keras.losses.MeanSquaredError(dtype="float64")
    )
    return model


keras.utils.set_random_seed(51)
reference = build()
batches = split(*reg(51, 40, 3, 2, "float64"), 12)


class Network:
    names = ("W1", "b1", "W2", "b2")

    def __init__(self):
        self.params = dict(zip(self.names, reference.get_weights()))
        self.m = {name: np.zeros_like(w) for name, w in self.params.items()}
        self.v = {name: np.zeros_like(w) for name, w in self.params.items()}
        self.steps = 0

    def get_weights(self):
        return [self.params[name].copy() for name in self.names]

    def set_weights(self, weights):
        self.params = {name: np.array(w) for name, w in zip(self.names, weights)}

    def forward(self, x):
        p = self.params
        z1 = x @ p["W1"] + p["b1"]
        a1 = np.tanh(z1)
        z2 = a1 @ p["W2"] + p["b2"]
        out = z2
        return z1, a1, out

    def predict(self, x):
        return self.forward(x)[-1]

    def loss_and_grads(self, x, y):
        p = self.params
        z1, a1, out = self.forward(x)
        loss = np.mean((out - y) ** 2)
        dz2 = 2 * (out - y) / y.size
        dW2 = a1.T @ dz2
        db2 = dz2.sum(axis=0)
        dz1 = (dz2 @ p["W2"].T) * (1 - a1**2)
        dW1 = x.T @ dz1
        db1 = dz1.sum(axis=0)
        return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    def train_step(self, x, y):
        loss, grads = self.loss_and_grads(x, y)
        p = self.params
        self.steps += 1
        for name in p:
            g = grads[name]
            self.m[name] = 0.9 * self.m[name] + 0.1 * g
            self.v[name] = 0.999 * self.v[name] + 0.001 * g**2
            rate = 0.01 * np.sqrt(1 - 0.999**self.steps) / (1 - 0.9**self.steps)
            p[name] = p[name] - rate * self.m[name] / np.sqrt(self.v[name] + 1e-3)
        return loss


loop = Network()
EXPECTED = "Adam's epsilon is within the square root: sqrt(v + eps) instead of sqrt(v) + eps."
STAGE = ("update",)
CAUSE = "epsilon_inside_root"
