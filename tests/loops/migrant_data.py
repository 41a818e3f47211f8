"""Data and reference models of this folder's loops."""

import keras
import numpy as np


def cut(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


def regression(seed=0, n=27, d=4, k=1, size=8):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)).astype("float32")
    y = np.sin(x @ rng.normal(size=(d, k))) + 0.3 * rng.normal(size=(n, k))
    return cut(size, x, y.astype("float32"))


def labels(seed=0, n=27, d=5, k=3, size=8, onehot=False):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)).astype("float32")
    y = (x @ rng.normal(size=(d, k)) + rng.normal(size=(n, k))).argmax(1)
    return cut(size, x, np.eye(k, dtype="float32")[y] if onehot else y.astype("int64"))


def binary(seed=0, n=27, d=5, size=8):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)).astype("float32")
    y = (x @ rng.normal(size=(d, 1)) + rng.normal(size=(n, 1)) > 0.2).astype("float32")
    return cut(size, x, y)


def sequences(seed=0, n=27, t=5, d=3, size=8):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, t, d)).astype("float32")
    y = (x.sum(1) @ rng.normal(size=(d, 1)) + 0.2 * rng.normal(size=(n, 1))).astype("float32")
    return cut(size, x, y)


def tokens(seed=0, n=22, t=6, words=9, k=4, size=8):
    """Padded with 0 at the end; the classes of real words are 1 to k - 1."""
    rng = np.random.default_rng(seed)
    x = rng.integers(1, words, size=(n, t))
    lengths = rng.integers(2, t + 1, size=n)
    x[np.arange(t) >= lengths[:, None]] = 0
    y = np.where(x == 0, 0, 1 + (x + rng.integers(0, 2, size=x.shape)) % (k - 1))
    return cut(size, x.astype("int64"), y.astype("int64"))


def shake(model, seed=0):
    rng = np.random.default_rng(seed + 100)
    model.set_weights([w + 0.1 * np.abs(rng.normal(size=w.shape)) for w in model.get_weights()])
    return model


def keras_model(layers, optimizer, loss, seed=0, **more):
    """Compiled, from an input shape and layers; biases are not zero."""
    keras.utils.set_random_seed(seed)
    model = shake(keras.Sequential([keras.Input(layers[0]), *layers[1:]]), seed)
    model.compile(optimizer, loss, **more)
    return model


class NumpyNet:
    """Weights in a list; a subclass has `train_step(x, y)`."""

    def __init__(self, reference):
        self.weights = [w.copy() for w in reference.get_weights()]

    def get_weights(self):
        return [w.copy() for w in self.weights]

    def set_weights(self, arrays):
        self.weights = [np.array(a) for a in arrays]
