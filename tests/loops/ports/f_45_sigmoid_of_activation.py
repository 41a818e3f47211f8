"""A function sigmoid_derivative(x) that takes the sigmoid of what it gets."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, net, reg

batches = reg(45)
reference = net(
    (4,), [layers.Dense(6, "sigmoid"), layers.Dense(1)], keras.optimizers.SGD(0.1), "mse", 45
)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))


class Net(NumpyLoop):
    def predict(self, x):
        w1, b1, w2, b2 = self.w
        return sigmoid(x @ w1 + b1) @ w2 + b2

    def train_step(self, x, y):
        w1, b1, w2, b2 = self.w
        a1 = sigmoid(x @ w1 + b1)
        error = a1 @ w2 + b2 - y
        delta2 = 2 * error / len(x)
        delta1 = (delta2 @ w2.T) * sigmoid_derivative(a1)
        grads = [x.T @ delta1, delta1.sum(0), a1.T @ delta2, delta2.sum(0)]
        self.w = [w - 0.1 * g for w, g in zip(self.w, grads)]
        return np.mean(error**2)


loop = Net(reference.get_weights())

EXPECTED = "The derivative of the sigmoid is evaluated at the activation instead of at the pre-activation: s(a)(1 - s(a)) with a = s(z)."
STAGE = ("gradients",)
CAUSE = "activation_derivative_place"
