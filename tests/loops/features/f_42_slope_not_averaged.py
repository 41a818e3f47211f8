"""softmax minus one-hot without the division by the batch size."""

import keras
import numpy as np
from loops.feature_data import L, onehot, split


def build():
    model = keras.Sequential([L.Input((5,)), L.Dense(7, "relu"), L.Dense(3, "softmax")])
    model.compile(keras.optimizers.SGD(0.05), "categorical_crossentropy")
    return model


keras.utils.set_random_seed(42)
reference = build()
batches = split(*onehot(42, 34, 5, 3), 10)


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
        a1 = np.maximum(z1, 0)
        z2 = a1 @ p["W2"] + p["b2"]
        out = np.exp(z2 - z2.max(1, keepdims=True))
        out = out / out.sum(axis=1, keepdims=True)
        return z1, a1, out

    def predict(self, x):
        return self.forward(x)[-1]

    def loss_and_grads(self, x, y):
        p = self.params
        z1, a1, out = self.forward(x)
        loss = -np.mean(np.sum(y * np.log(out), axis=1))
        dz2 = out - y
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
            p[name] = p[name] - 0.05 * grads[name]
        return loss


loop = Network()
EXPECTED = "The gradient is summed over the batch while the loss is averaged: the division by the batch size is missing in the backward pass."
STAGE = ("gradients", "reduction")
CAUSE = "gradient_summed"
