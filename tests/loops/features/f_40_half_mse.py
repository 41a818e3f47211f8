"""The cost 1/2m of Andrew Ng's course against Keras's mse."""

import keras
import numpy as np
from loops.feature_data import L, reg, split


def build():
    model = keras.Sequential(
        [
            L.Input((3,), dtype="float64"),
            L.Dense(6, "softplus", dtype="float64"),
            L.Dense(1, "linear", dtype="float64"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.125), keras.losses.MeanSquaredError(dtype="float64"))
    return model


keras.utils.set_random_seed(40)
reference = build()
batches = split(*reg(40, 30, 3, 1, "float64"), 8)


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
        a1 = np.log1p(np.exp(z1))
        z2 = a1 @ p["W2"] + p["b2"]
        out = z2
        return z1, a1, out

    def predict(self, x):
        return self.forward(x)[-1]

    def loss_and_grads(self, x, y):
        p = self.params
        z1, a1, out = self.forward(x)
        loss = np.sum((out - y) ** 2) / (2 * len(x))
        dz2 = (out - y) / len(x)
        dW2 = a1.T @ dz2
        db2 = dz2.sum(axis=0)
        dz1 = (dz2 @ p["W2"].T) * (1 / (1 + np.exp(-z1)))
        dW1 = x.T @ dz1
        db1 = dz1.sum(axis=0)
        return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    def train_step(self, x, y):
        loss, grads = self.loss_and_grads(x, y)
        p = self.params
        for name in p:
            p[name] = p[name] - 0.125 * grads[name]
        return loss


loop = Network()
EXPECTED = "The loss is half the mean squared error (factor 1/2)."
STAGE = ("loss", "reduction")
CAUSE = "loss_halved"
