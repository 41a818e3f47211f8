"""Matrix factorization in NumPy: user and item factors updated one after the other."""

import keras
import numpy as np
from loops.practice_data import NumpyNet, cut, ratings

x, y = ratings(5, users=30, items=30)
x[:, 0] = np.arange(26)
x[:, 1] = np.arange(26) + 2
batches = cut(10, x, y)


def build():
    keras.utils.set_random_seed(5)
    inp = keras.Input((2,), dtype="int32")
    init = keras.initializers.RandomNormal(stddev=0.5)
    u = keras.layers.Embedding(30, 3, embeddings_initializer=init)(inp[:, 0])
    v = keras.layers.Embedding(30, 3, embeddings_initializer=init)(inp[:, 1])
    return keras.Model(inp, keras.layers.Dot(axes=1)([u, v]))


reference = build()
reference.compile(keras.optimizers.SGD(0.5), "mse")


class Factors(NumpyNet):
    def train_step(self, x, y):
        P, Q = self.w
        u, i = x[:, 0], x[:, 1]
        e = y[:, 0] - np.sum(P[u] * Q[i], 1)
        scale = 0.5 * 2 * e[:, None] / len(x)
        np.add.at(P, u, scale * Q[i])
        np.add.at(Q, i, scale * P[u])
        return np.mean(e**2)


loop = Factors((30, 3), (30, 3))
EXPECTED = "The gradient of the item factors is taken with the user factors that have been updated already."
STAGE = ("gradients", "update")
CAUSE = "unknown"
