"""Data and small helpers of the loops in this folder."""

import numpy as np


def cut(size, *arrays):
    n = len(arrays[0])
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, n, size)]


def regression(seed=0, n=40, d=4, k=1, size=16, dtype="float32"):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))
    y = np.sin(x @ rng.normal(size=(d, k))) + 0.3 * rng.normal(size=(n, k)) + 0.5
    return cut(size, x.astype(dtype), y.astype(dtype))


def classes(seed=0, n=40, d=4, k=3, size=16, onehot=True, dtype="float32"):
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(k), rng.integers(0, k, n - k)])
    x = rng.normal(size=(n, d)) + 0.7 * rng.normal(size=(k, d))[labels]
    y = np.eye(k, dtype=dtype)[labels] if onehot else labels.astype("int64")
    return cut(size, x.astype(dtype), y)


def binary(seed=0, n=40, d=4, size=16, dtype="float32"):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))
    y = x[:, :1] + 0.8 * rng.normal(size=(n, 1)) > 0
    return cut(size, x.astype(dtype), y.astype(dtype))


def images(seed=0, n=28, side=6, channels=1, k=3, size=12, onehot=True):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, k, n)
    x = rng.normal(size=(n, side, side, channels)) + 0.4 * labels[:, None, None, None]
    y = np.eye(k, dtype="float32")[labels] if onehot else labels.astype("int64")
    return cut(size, x.astype("float32"), y)


def sequences(seed=0, n=28, t=5, d=3, k=1, size=12):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, t, d))
    y = np.tanh(x.sum((1, 2))[:, None] * np.ones((1, k))) + 0.2 * rng.normal(size=(n, k))
    return cut(size, x.astype("float32"), y.astype("float32"))


class Arrays:
    """A network of NumPy arrays, in the order of the reference's weights."""

    params = ()
    dtype = "float64"

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, arrays):
        self.params = [np.array(a, self.dtype) for a in arrays]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def mlp(sizes, hidden="tanh", out=None, seed=1, **options):
    """Dense layers; `options` for each of them."""
    import keras

    keras.utils.set_random_seed(seed)
    layers = [keras.Input((sizes[0],))]
    for i, units in enumerate(sizes[1:]):
        last = i == len(sizes) - 2
        layers.append(
            keras.layers.Dense(
                units,
                activation=out if last else hidden,
                bias_initializer="random_normal",
                **options,
            )
        )
    return keras.Sequential(layers)
