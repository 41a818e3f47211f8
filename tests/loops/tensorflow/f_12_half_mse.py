"""A NumPy network with the cost 1/2 (y - t)^2 of textbooks."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(225)
rng = np.random.default_rng(225)
x = rng.normal(size=(34, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(34, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(6, activation="sigmoid"), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.1), "mse")


class Net:
    def __init__(self):
        self.W1, self.b1, self.W2, self.b2 = [w.astype("float64") for w in reference.get_weights()]

    def get_weights(self):
        return [self.W1, self.b1, self.W2, self.b2]

    def set_weights(self, ws):
        self.W1, self.b1, self.W2, self.b2 = [np.array(w, "float64") for w in ws]

    def train_step(self, x, t):
        a1 = 1 / (1 + np.exp(-(x @ self.W1 + self.b1)))
        out = a1 @ self.W2 + self.b2
        loss = 0.5 * np.mean((out - t) ** 2)
        delta2 = (out - t) / len(x)
        delta1 = (delta2 @ self.W2.T) * a1 * (1 - a1)
        self.W2 = self.W2 - 0.1 * a1.T @ delta2
        self.b2 = self.b2 - 0.1 * delta2.sum(0)
        self.W1 = self.W1 - 0.1 * x.T @ delta1
        self.b1 = self.b1 - 0.1 * delta1.sum(0)
        return loss


loop = Net()

EXPECTED = "The loss carries the factor 1/2 of textbooks, so that loss and gradients are half of Keras's mean squared error."
STAGE = ("loss",)
CAUSE = "loss_halved"
