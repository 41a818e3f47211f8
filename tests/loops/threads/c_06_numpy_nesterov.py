"""Nesterov momentum in NumPy in the CS231n form: x += -mu * v_prev + (1 + mu) * v."""

import keras
import numpy as np

EXPECTED = "equal"

keras.utils.set_random_seed(106)
rng = np.random.default_rng(106)
x = rng.normal(size=(27, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 2))) + 0.1 * rng.normal(size=(27, 2))).astype("float32")
batches = [(x[i : i + 7], y[i : i + 7]) for i in range(0, 27, 7)]


class Net:
    def __init__(self):
        self.params = [rng.normal(size=(4, 5)), np.zeros(5), rng.normal(size=(5, 2)), np.zeros(2)]
        self.v = [np.zeros_like(p) for p in self.params]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.params
        z = x @ W1 + b1
        a = np.where(z > 0, z, np.exp(z) - 1)
        err = a @ W2 + b2 - y
        d2 = np.sign(err) / err.size
        d1 = d2 @ W2.T * np.where(z > 0, 1, a + 1)
        mu = 0.8
        for i, dp in enumerate([x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0)]):
            v_prev = self.v[i]
            self.v[i] = mu * self.v[i] - 0.05 * dp
            self.params[i] += -mu * v_prev + (1 + mu) * self.v[i]
        return np.abs(err).mean()


loop = Net()
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(5, activation="elu"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.SGD(0.05, momentum=0.8, nesterov=True), "mae")
