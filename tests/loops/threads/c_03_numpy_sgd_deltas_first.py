"""NumPy network which computes all deltas before it changes any weight."""

import keras
import numpy as np

EXPECTED = "equal"

keras.utils.set_random_seed(103)
rng = np.random.default_rng(103)
x = rng.normal(size=(26, 4)).astype("float32")
y = (x[:, :2] + 0.7 * rng.normal(size=(26, 2)) > 0).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 26, 8)]


def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


class Net:
    def __init__(self):
        self.params = [
            2 * rng.random((4, 5)) - 1,
            np.zeros(5),
            2 * rng.random((5, 2)) - 1,
            np.zeros(2),
        ]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def predict(self, x):
        syn0, b0, syn1, b1 = self.params
        return nonlin(nonlin(x @ syn0 + b0) @ syn1 + b1)

    def train_step(self, x, y):
        syn0, b0, syn1, b1 = self.params
        l1 = nonlin(np.dot(x, syn0) + b0)
        l2 = nonlin(np.dot(l1, syn1) + b1)
        l2_error = y - l2
        l2_delta = l2_error * nonlin(l2, deriv=True)
        l1_error = l2_delta.dot(syn1.T)
        l1_delta = l1_error * nonlin(l1, deriv=True)
        rate = 0.9 * 2 / y.size
        syn1 += rate * l1.T.dot(l2_delta)
        b1 += rate * l2_delta.sum(axis=0)
        syn0 += rate * x.T.dot(l1_delta)
        b0 += rate * l1_delta.sum(axis=0)
        return np.mean(l2_error**2)


loop = Net()
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(5, activation="sigmoid"),
        keras.layers.Dense(2, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.SGD(0.9), "mse")
