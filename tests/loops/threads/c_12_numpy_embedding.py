"""Bag-of-words network in NumPy with np.add.at for the embedding."""

import keras
import numpy as np

EXPECTED = "equal"

keras.utils.set_random_seed(112)
rng = np.random.default_rng(112)
x = rng.integers(0, 10, size=(23, 5)).astype("int32")
y = (x[:, 0] % 3).astype("int32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 23, 8)]


class Net:
    def __init__(self):
        self.E, self.W, self.b = rng.normal(size=(10, 3)), rng.normal(size=(15, 3)), np.zeros(3)

    def get_weights(self):
        return [self.E.copy(), self.W.copy(), self.b.copy()]

    def set_weights(self, weights):
        self.E, self.W, self.b = (np.array(w, dtype=float) for w in weights)

    def train_step(self, ids, y):
        n = len(ids)
        flat = self.E[ids].reshape(n, -1)
        s = flat @ self.W + self.b
        p = np.exp(s - s.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        loss = -np.log(p[np.arange(n), y]).mean()
        p[np.arange(n), y] -= 1
        p /= n
        dE = np.zeros_like(self.E)
        np.add.at(dE, ids, (p @ self.W.T).reshape(n, 5, 3))
        self.W -= 0.3 * flat.T @ p
        self.b -= 0.3 * p.sum(0)
        self.E -= 0.3 * dE
        return loss


loop = Net()
reference = keras.Sequential(
    [
        keras.Input((5,), dtype="int32"),
        keras.layers.Embedding(10, 3),
        keras.layers.Flatten(),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.SGD(0.3), "sparse_categorical_crossentropy")
