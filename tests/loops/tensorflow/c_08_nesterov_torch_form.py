"""Nesterov momentum in PyTorch's form, g + mu * buf, at a constant learning rate."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(455)
rng = np.random.default_rng(455)
x = rng.normal(size=(33, 4)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(33, 1)) > 0).astype("float32")
batches = [(x[i : i + 15], y[i : i + 15]) for i in range(0, 33, 15)]

reference = keras.Sequential(
    [keras.Input((4,)), L.Dense(5, activation="sigmoid"), L.Dense(1, activation="sigmoid")]
)
reference.compile(keras.optimizers.SGD(0.5, momentum=0.9, nesterov=True), "binary_crossentropy")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Net:
    def __init__(self):
        self.params = dict(zip(["W1", "b1", "W2", "b2"], reference.get_weights()))
        self.buf = {k: np.zeros_like(v) for k, v in self.params.items()}

    def get_weights(self):
        return list(self.params.values())

    def set_weights(self, weights):
        self.params = {k: np.array(w) for k, w in zip(self.params, weights)}

    def train_step(self, X, Y):
        p, n = self.params, X.shape[0]
        A1 = sigmoid(X @ p["W1"] + p["b1"])
        A2 = sigmoid(A1 @ p["W2"] + p["b2"])
        cost = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
        dZ2 = A2 - Y
        dZ1 = dZ2 @ p["W2"].T * A1 * (1 - A1)
        grads = {"W2": A1.T @ dZ2 / n, "b2": dZ2.mean(0), "W1": X.T @ dZ1 / n, "b1": dZ1.mean(0)}
        new = {}
        for k in p:
            self.buf[k] = 0.9 * self.buf[k] + grads[k]
            new[k] = p[k] - 0.5 * (grads[k] + 0.9 * self.buf[k])
        self.params = new
        return cost


loop = Net()

EXPECTED = "equal"
