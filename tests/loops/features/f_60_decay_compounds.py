"""rate *= 1 / (1 + decay * t) in each step, as in a much-copied tutorial."""

import keras
import numpy as np
from loops.feature_data import L, reg, split


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(7, "relu"), L.Dense(1, "linear")])
    model.compile(
        keras.optimizers.SGD(keras.optimizers.schedules.InverseTimeDecay(0.1, 1, 0.3)), "mse"
    )
    return model


keras.utils.set_random_seed(60)
reference = build()
batches = split(*reg(60, 55, 4, 1), 10)


class Network:
    names = ("W1", "b1", "W2", "b2")

    def __init__(self):
        self.params = dict(zip(self.names, reference.get_weights()))
        self.rate = 0.1
        self.steps = 0

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
        self.rate *= 1 / (1 + 0.3 * self.steps)
        self.steps += 1
        for name in p:
            p[name] = p[name] - self.rate * grads[name]
        return loss


loop = Network()
EXPECTED = "The decayed learning rate is decayed again in each step (the decay compounds) instead of being computed from the first rate."
STAGE = ("state", "update")
CAUSE = "schedule_compounds"
