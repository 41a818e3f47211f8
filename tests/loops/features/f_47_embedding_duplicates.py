"""An embedding's gradient in NumPy: dE[ids] += slope."""

import keras
import numpy as np
from loops.feature_data import L, split


def build():
    model = keras.Sequential(
        [
            L.Input((6,), dtype="int32"),
            L.Embedding(5, 3),
            L.GlobalAveragePooling1D(),
            L.Dense(3, "softmax"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.5), "sparse_categorical_crossentropy")
    return model


keras.utils.set_random_seed(47)
reference = build()
r = np.random.default_rng(47)
x = r.integers(0, 5, (32, 6))
batches = split(x, (x.sum(1) % 3), 10)


class Network:
    def __init__(self):
        self.set_weights(reference.get_weights())

    def get_weights(self):
        return [self.E.copy(), self.W.copy(), self.b.copy()]

    def set_weights(self, weights):
        self.E, self.W, self.b = [np.array(w) for w in weights]

    def predict(self, x):
        self.h = self.E[x].mean(axis=1)
        z = self.h @ self.W + self.b
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def train_step(self, x, y):
        p = self.predict(x)
        n = len(x)
        loss = -np.log(p[range(n), y]).mean()
        p[range(n), y] -= 1
        dz = p / n
        dh = dz @ self.W.T
        dE = np.zeros_like(self.E)
        dE[x] += dh[:, None, :] / x.shape[1]
        self.W -= 0.5 * self.h.T @ dz
        self.b -= 0.5 * dz.sum(axis=0)
        self.E -= 0.5 * dE
        return loss


loop = Network()
EXPECTED = "dE[ids] += g counts a repeated index once; np.add.at is needed."
STAGE = ("gradients",)
CAUSE = "embedding_rows_lost"
