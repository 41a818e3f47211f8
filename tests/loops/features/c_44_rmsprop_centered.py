"""Centered RMSprop with momentum, in NumPy."""

import keras
import numpy as np
from loops.feature_data import L, binary, split


def build():
    model = keras.Sequential([L.Input((5,)), L.Dense(8, "leaky_relu"), L.Dense(1, "sigmoid")])
    model.compile(
        keras.optimizers.RMSprop(0.01, rho=0.8, momentum=0.5, centered=True, epsilon=1e-4),
        "binary_crossentropy",
    )
    return model


keras.utils.set_random_seed(144)
reference = build()
batches = split(*binary(144, 36, 5), 10)


class Network:
    names = ("W1", "b1", "W2", "b2")

    def __init__(self):
        self.params = dict(zip(self.names, reference.get_weights()))
        self.m = {name: np.zeros_like(w) for name, w in self.params.items()}
        self.v = {name: np.zeros_like(w) for name, w in self.params.items()}
        self.steps = 0
        self.mean = {name: np.zeros_like(w) for name, w in self.params.items()}

    def get_weights(self):
        return [self.params[name].copy() for name in self.names]

    def set_weights(self, weights):
        self.params = {name: np.array(w) for name, w in zip(self.names, weights)}

    def forward(self, x):
        p = self.params
        z1 = x @ p["W1"] + p["b1"]
        a1 = np.where(z1 > 0, z1, 0.2 * z1)
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
        dz1 = (dz2 @ p["W2"].T) * (np.where(z1 > 0, 1, 0.2))
        dW1 = x.T @ dz1
        db1 = dz1.sum(axis=0)
        return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    def train_step(self, x, y):
        loss, grads = self.loss_and_grads(x, y)
        p = self.params
        for name in p:
            g = grads[name]
            self.v[name] = 0.8 * self.v[name] + 0.2 * g**2
            self.mean[name] = 0.8 * self.mean[name] + 0.2 * g
            self.m[name] = 0.5 * self.m[name] + 0.01 * g / np.sqrt(
                self.v[name] - self.mean[name] ** 2 + 1e-4
            )
            p[name] = p[name] - self.m[name]
        return loss


loop = Network()
EXPECTED = "equal"
