"""Matrix factorization in NumPy with np.add.at for users that occur several times."""

import keras
import numpy as np
from loops.practice_data import NumpyNet, cut, ratings

x, y = ratings(105)
batches = cut(10, x, y)


def build():
    keras.utils.set_random_seed(105)
    inp = keras.Input((2,), dtype="int32")
    init = keras.initializers.RandomNormal(stddev=0.5)
    u = keras.layers.Embedding(5, 3, embeddings_initializer=init)(inp[:, 0])
    v = keras.layers.Embedding(6, 3, embeddings_initializer=init)(inp[:, 1])
    return keras.Model(inp, keras.layers.Dot(axes=1)([u, v]))


reference = build()
reference.compile(keras.optimizers.SGD(0.2), "mse")


class Factors(NumpyNet):
    def train_step(self, x, y):
        P, Q = self.w
        u, i = x[:, 0], x[:, 1]
        e = np.sum(P[u] * Q[i], 1) - y[:, 0]
        dP, dQ = np.zeros_like(P), np.zeros_like(Q)
        np.add.at(dP, u, 2 * e[:, None] * Q[i] / len(x))
        np.add.at(dQ, i, 2 * e[:, None] * P[u] / len(x))
        P -= 0.2 * dP
        Q -= 0.2 * dQ
        return np.mean(e**2)


loop = Factors((5, 3), (6, 3))

EXPECTED = "equal"
