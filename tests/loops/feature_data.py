"""Data, batches and small loops that the files of this folder share."""

import keras
import numpy as np

L = keras.layers


def split(x, y, size, w=None):
    cut = [slice(at, at + size) for at in range(0, len(x), size)]
    return [(x[c], y[c]) if w is None else (x[c], y[c], w[c]) for c in cut]


def reg(seed, n, i, o, dtype="float32"):
    r = np.random.default_rng(seed)
    x = r.normal(size=(n, i))
    return x.astype(dtype), (
        np.sin(x @ r.normal(size=(i, o))) + 0.3 * r.normal(size=(n, o))
    ).astype(dtype)


def sparse(seed, n, i, k, dtype="float32"):
    r = np.random.default_rng(seed)
    x = r.normal(size=(n, i))
    return x.astype(dtype), (x @ r.normal(size=(i, k)) + r.normal(size=(n, k))).argmax(1)


def onehot(seed, n, i, k, dtype="float32"):
    x, y = sparse(seed, n, i, k, dtype)
    return x, np.eye(k, dtype=dtype)[y]


def binary(seed, n, i, dtype="float32"):
    x, y = sparse(seed, n, i, 2, dtype)
    return x, y[:, None].astype(dtype)


def twin(build, seed=0):
    """The same model twice: the loop's and the reference's."""
    keras.utils.set_random_seed(seed)
    return build(), build()


class Own:
    """A loop of one's own round a Keras model, whose step may take sample weights."""

    def __init__(self, model, step):
        self.model = model
        self.step = step

    def get_weights(self):
        return self.model.get_weights()

    def set_weights(self, weights):
        self.model.set_weights(weights)

    def train_step(self, x, y, sample_weight=None):
        return self.step(self.model, x, y, sample_weight)


class Two(Own):
    """The same without sample weights."""

    def train_step(self, x, y):
        return self.step(self.model, x, y)
