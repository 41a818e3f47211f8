"""Each layer updates itself in backward, and passes the gradient on through its new weights."""

import keras
import numpy as np

L = keras.layers
rng = np.random.default_rng(3055)
keras.utils.set_random_seed(3055)


class Layer:
    def __init__(self, n_in, n_out):
        self.W, self.b = rng.normal(size=(n_in, n_out)), np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad, lr):
        self.W -= lr * self.x.T @ grad
        self.b -= lr * grad.sum(0)
        return grad @ self.W.T


class Loop:
    def __init__(self):
        self.one, self.two = Layer(5, 8), Layer(8, 1)

    def get_weights(self):
        return [w.copy() for w in (self.one.W, self.one.b, self.two.W, self.two.b)]

    def set_weights(self, weights):
        self.one.W, self.one.b, self.two.W, self.two.b = [np.array(w, dtype=float) for w in weights]

    def predict(self, x):
        self.h = np.tanh(self.one.forward(x))
        return self.two.forward(self.h)

    def train_step(self, x, y):
        error = self.predict(x) - y
        grad = self.two.backward(2 * error / error.size, 0.2)
        self.one.backward(grad * (1 - self.h**2), 0.2)
        return np.mean(error**2)


x = rng.normal(size=(46, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(46, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.2), "mse")
loop = Loop()
EXPECTED = "The second layer's weights are updated before the gradient is propagated through them."
STAGE = ("gradients",)
CAUSE = "backward_through_moved_weights"
