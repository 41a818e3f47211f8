"""fit() of a class of one's own: len(x) // batch_size batches."""

import keras
import numpy as np
from loops.feature_data import L, reg, split


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(6, "tanh"), L.Dense(1, "linear")])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


keras.utils.set_random_seed(58)
reference = build()
batches = split(*reg(58, 37, 4, 1), 10)


class Network:
    names = ("W1", "b1", "W2", "b2")

    def __init__(self):
        self.params = dict(zip(self.names, reference.get_weights()))
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
        for name in p:
            p[name] = p[name] - 0.1 * grads[name]
        return loss

    def fit(self, x, y, batch_size):
        total = 0.0
        n = len(x) // batch_size
        for k in range(n):
            part = slice(k * batch_size, (k + 1) * batch_size)
            total += self.train_step(x[part], y[part]) * batch_size
        return total / (n * batch_size)


loop = Network()
EXPECTED = "The last, smaller batch is dropped."
STAGE = ("data",)
CAUSE = "last_batch_dropped"
