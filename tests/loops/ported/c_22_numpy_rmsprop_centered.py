"""NumPy network with a softmax output, trained by centered RMSprop."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


rng = np.random.default_rng(122)
x = rng.normal(size=(40, 4)).astype("float32")
y = rng.integers(0, 3, size=40)
batches = batched(11, x, y)

keras.utils.set_random_seed(122)
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(8, activation="tanh"),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
reference.compile(
    keras.optimizers.RMSprop(0.005, centered=True, epsilon=1e-4), "sparse_categorical_crossentropy"
)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class Network:
    def __init__(self):
        self.params = [rng.normal(size=s) * 0.4 for s in [(4, 8), (8,), (8, 3), (3,)]]
        self.square = [np.zeros_like(p) for p in self.params]
        self.average = [np.zeros_like(p) for p in self.params]

    def get_weights(self):
        return [p.copy() for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, "float64") for w in weights]

    def forward(self, x):
        w1, b1, w2, b2 = self.params
        hidden = np.tanh(x @ w1 + b1)
        return hidden, softmax(hidden @ w2 + b2)

    def predict(self, x):
        return self.forward(x)[1]

    def gradients(self, x, y):
        hidden, p = self.forward(x)
        delta = (p - np.eye(3)[y]) / len(x)
        back = delta @ self.params[2].T * (1 - hidden**2)
        return [x.T @ back, back.sum(0), hidden.T @ delta, delta.sum(0)]

    def train_step(self, x, y):
        loss = -np.log(self.predict(x)[np.arange(len(y)), y]).mean()
        for i, g in enumerate(self.gradients(x, y)):
            self.square[i] = 0.9 * self.square[i] + 0.1 * g**2
            self.average[i] = 0.9 * self.average[i] + 0.1 * g
            self.params[i] = self.params[i] - 0.005 * g / np.sqrt(
                self.square[i] - self.average[i] ** 2 + 1e-4
            )
        return loss


loop = Network()
EXPECTED = "equal"
