"""Adam with amsgrad: the largest second moment so far, uncorrected."""

import keras
import numpy as np
from loops.feature_data import L, reg, split


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(9, "relu"), L.Dense(1, "linear")])
    model.compile(keras.optimizers.Adam(0.01, beta_2=0.9, amsgrad=True), "mse")
    return model


keras.utils.set_random_seed(150)
reference = build()
batches = split(*reg(150, 42, 4, 1), 10)


class Network:
    names = ("W1", "b1", "W2", "b2")

    def __init__(self):
        self.params = dict(zip(self.names, reference.get_weights()))
        self.m = {name: np.zeros_like(w) for name, w in self.params.items()}
        self.v = {name: np.zeros_like(w) for name, w in self.params.items()}
        self.steps = 0
        self.top = {name: np.zeros_like(w) for name, w in self.params.items()}

    def get_weights(self):
        return [self.params[name].copy() for name in self.names]

    def set_weights(self, weights):
        self.params = {name: np.array(w) for name, w in zip(self.names, weights)}

    def forward(self, x):
        p = self.params
        z1 = x @ p["W1"] + p["b1"]
        a1 = np.maximum(z1, 0)
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
        dz1 = (dz2 @ p["W2"].T) * (z1 > 0)
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
            self.v[name] = 0.9 * self.v[name] + 0.1 * g**2
            self.top[name] = np.maximum(self.top[name], self.v[name])
            rate = 0.01 * (1 - 0.9**self.steps) ** 0.5 / (1 - 0.9**self.steps)
            p[name] = p[name] - rate * self.m[name] / (np.sqrt(self.top[name]) + 1e-7)
        return loss


loop = Network()
EXPECTED = "equal"
