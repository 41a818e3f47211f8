"""NumPy momentum with the rate inside the velocity and a staircase decay."""

import keras
import numpy as np

EXPECTED = "equal"

keras.utils.set_random_seed(105)
rng = np.random.default_rng(105)
x = rng.normal(size=(40, 3)).astype("float32")
y = (np.sin(x @ rng.normal(size=(3, 1))) + 0.1 * rng.normal(size=(40, 1))).astype("float32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 40, 9)]


class Net:
    def __init__(self):
        self.params = [rng.normal(size=(3, 6)), np.zeros(6), rng.normal(size=(6, 1)), np.zeros(1)]
        self.v = [0, 0, 0, 0]
        self.it = 0

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.params
        a = np.tanh(x @ W1 + b1)
        err = a @ W2 + b2 - y
        d2 = 2 * err / len(x)
        d1 = d2 @ W2.T * (1 - a * a)
        lr = 0.1 * 0.5 ** (self.it // 3)
        for i, g in enumerate([x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0)]):
            self.v[i] = 0.9 * self.v[i] - lr * g
            self.params[i] += self.v[i]
        self.it += 1
        return float((err**2).mean())


loop = Net()
reference = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(6, activation="tanh"), keras.layers.Dense(1)]
)
decay = keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.5, staircase=True)
reference.compile(keras.optimizers.SGD(decay, momentum=0.9), "mse")
