"""NumPy regression that reports the MSE but backpropagates y_hat - y."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(335)
rng = np.random.default_rng(335)
x = rng.normal(size=(34, 5))
y = np.tanh(x @ rng.normal(size=(5, 2))) + 0.3 * rng.normal(size=(34, 2))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]

reference = keras.Sequential([keras.Input((5,)), L.Dense(6, activation="tanh"), L.Dense(2)])
reference.compile(keras.optimizers.SGD(0.1), "mse")


class MLP:
    def __init__(self):
        self.weights = reference.get_weights()

    def get_weights(self):
        return [w.copy() for w in self.weights]

    def set_weights(self, ws):
        self.weights = [np.array(w) for w in ws]

    def predict(self, x):
        W1, b1, W2, b2 = self.weights
        return np.tanh(x @ W1 + b1) @ W2 + b2

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.weights
        h = np.tanh(x @ W1 + b1)
        y_hat = h @ W2 + b2
        loss = ((y_hat - y) ** 2).mean()
        dy = (y_hat - y) / y.size
        dh = dy @ W2.T * (1 - h * h)
        grads = [x.T @ dh, dh.sum(axis=0), h.T @ dy, dy.sum(axis=0)]
        self.weights = [w - 0.1 * g for w, g in zip(self.weights, grads)]
        return loss


loop = MLP()

EXPECTED = "The derivative of the squared error lacks its factor 2: the loss is right, all gradients are half as large."
STAGE = ("gradients",)
CAUSE = "gradient_halved"
