"""NumPy network whose relu_derivative is written with >= 0 and is given the activations."""

import keras
import numpy as np

EXPECTED = "The derivative of ReLU is 1 everywhere, since it tests activation >= 0, which always holds; inactive units get a gradient."
STAGE = ("gradients",)

keras.utils.set_random_seed(9)
rng = np.random.default_rng(9)
x = rng.normal(size=(25, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 2))) + 0.1 * rng.normal(size=(25, 2))).astype("float32")
batches = [(x[i : i + 7], y[i : i + 7]) for i in range(0, 25, 7)]


def relu(z):
    return np.maximum(0, z)


def relu_derivative(a):
    return np.where(a >= 0, 1.0, 0.0)


class Model:
    def __init__(self):
        self.params = [
            rng.normal(size=(4, 8)),
            np.zeros(8),
            rng.normal(size=(8, 6)),
            np.zeros(6),
            rng.normal(size=(6, 2)),
            np.zeros(2),
        ]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def predict(self, x):
        W1, b1, W2, b2, W3, b3 = self.params
        return relu(relu(x @ W1 + b1) @ W2 + b2) @ W3 + b3

    def train_step(self, x, y):
        W1, b1, W2, b2, W3, b3 = self.params
        a1 = relu(x @ W1 + b1)
        a2 = relu(a1 @ W2 + b2)
        a3 = a2 @ W3 + b3
        d3 = 2 * (a3 - y) / y.size
        d2 = d3 @ W3.T * relu_derivative(a2)
        d1 = d2 @ W2.T * relu_derivative(a1)
        W3 -= 0.05 * a2.T @ d3
        b3 -= 0.05 * d3.sum(0)
        W2 -= 0.05 * a1.T @ d2
        b2 -= 0.05 * d2.sum(0)
        W1 -= 0.05 * x.T @ d1
        b1 -= 0.05 * d1.sum(0)
        return ((a3 - y) ** 2).mean()


loop = Model()
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(8, activation="relu"),
        keras.layers.Dense(6, activation="relu"),
        keras.layers.Dense(2),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
CAUSE = "activation_derivative_forgotten"
