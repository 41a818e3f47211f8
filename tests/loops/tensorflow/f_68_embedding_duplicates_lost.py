"""Fancy indexing with -= on an embedding matrix."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(48)
rng = np.random.default_rng(48)
x = rng.integers(1, 8, size=(36, 4))
x[np.arange(4) >= rng.integers(2, 4 + 1, size=(36, 1))] = 0
y = rng.integers(0, 3, 36)
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential(
    [
        keras.Input((4,), dtype="int32"),
        L.Embedding(8, 5),
        L.GlobalAveragePooling1D(),
        L.Dense(3, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.SGD(0.5), "sparse_categorical_crossentropy")


class Net:
    def __init__(self):
        self.E, self.W, self.b = reference.get_weights()

    def get_weights(self):
        return [self.E.copy(), self.W.copy(), self.b.copy()]

    def set_weights(self, ws):
        self.E, self.W, self.b = [np.array(w) for w in ws]

    def train_step(self, x, y):
        h = self.E[x].mean(1)
        z = h @ self.W + self.b
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        loss = -np.log(p[np.arange(len(y)), y]).mean()
        dz = (p - np.eye(3)[y]) / len(y)
        dh = (dz @ self.W.T)[:, None, :] / 4
        self.W = self.W - 0.5 * h.T @ dz
        self.b = self.b - 0.5 * dz.sum(0)
        self.E[x] -= 0.5 * dh
        return loss


loop = Net()

EXPECTED = "The embedding gradient of words that occur several times in the batch is not summed: E[x] -= ... keeps only one of them."
STAGE = ("gradients", "update")
CAUSE = "embedding_rows_lost"
