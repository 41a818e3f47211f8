"""A leaky ReLU with the paper's slope of 0.01."""

import keras
import numpy as np
from loops.feature_data import L, binary, split


def build():
    model = keras.Sequential([L.Input((5,)), L.Dense(8, "leaky_relu"), L.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.SGD(0.2), "binary_crossentropy")
    return model


keras.utils.set_random_seed(44)
reference = build()
batches = split(*binary(44, 36, 5), 10)


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
        a1 = np.maximum(0.01 * z1, z1)
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
        dz1 = (dz2 @ p["W2"].T) * (np.where(z1 > 0, 1, 0.01))
        dW1 = x.T @ dz1
        db1 = dz1.sum(axis=0)
        return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    def train_step(self, x, y):
        loss, grads = self.loss_and_grads(x, y)
        p = self.params
        for name in p:
            p[name] = p[name] - 0.2 * grads[name]
        return loss


loop = Network()
EXPECTED = "The leaky ReLU has slope 0.01; Keras's leaky_relu has 0.2."
STAGE = ("outputs",)
CAUSE = "another_activation"
