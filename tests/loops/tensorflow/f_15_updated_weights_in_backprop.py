"""Layer-by-layer backward pass that updates each layer before it passes the gradient on."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(259)
rng = np.random.default_rng(259)
x = rng.normal(size=(36, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(36, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(8, activation="tanh"), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.2), "mse")


class Dense:
    def __init__(self, w, b, tanh):
        self.w, self.b, self.tanh = w, b, tanh

    def forward(self, x):
        self.x = x
        z = x @ self.w + self.b
        self.out = np.tanh(z) if self.tanh else z
        return self.out

    def backward(self, grad, lr):
        if self.tanh:
            grad = grad * (1 - self.out**2)
        self.w = self.w - lr * self.x.T @ grad
        self.b = self.b - lr * grad.sum(0)
        return grad @ self.w.T


class Net:
    def __init__(self):
        W1, b1, W2, b2 = reference.get_weights()
        self.layers = [Dense(W1, b1, True), Dense(W2, b2, False)]

    def get_weights(self):
        return [a for l in self.layers for a in (l.w, l.b)]

    def set_weights(self, ws):
        for i, l in enumerate(self.layers):
            l.w, l.b = np.array(ws[2 * i]), np.array(ws[2 * i + 1])

    def train_step(self, x, y):
        out = x
        for l in self.layers:
            out = l.forward(out)
        loss = np.mean((out - y) ** 2)
        grad = 2 * (out - y) / y.size
        for l in reversed(self.layers):
            grad = l.backward(grad, 0.2)
        return loss


loop = Net()

EXPECTED = "The gradient is passed back through the output layer's kernel after that kernel has been updated, so the first layer's gradients use the new weights."
STAGE = ("gradients",)
CAUSE = "backward_through_moved_weights"
