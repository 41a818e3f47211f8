"""Small data sets and a network of NumPy arrays, for the loops in this folder."""

import keras
import numpy as np


def cut(size, *arrays):
    """Cuts arrays (or dicts of them) into a list of batches."""

    def part(a, at):
        if isinstance(a, dict):
            return {k: v[at : at + size] for k, v in a.items()}
        return a[at : at + size]

    return [tuple(part(a, at) for a in arrays) for at in range(0, len(arrays[0]), size)]


def tabular(seed, n=26, d=4, out=1):
    r = np.random.default_rng(seed)
    x = r.normal(size=(n, d)).astype("float32")
    y = np.tanh(x @ r.normal(size=(d, out))) + 0.3 * r.normal(size=(n, out)) + 0.4
    return x, y.astype("float32")


def labelled(seed, n=26, d=4, k=3):
    r = np.random.default_rng(seed)
    x = r.normal(size=(n, d)).astype("float32")
    y = np.argmax(x @ r.normal(size=(d, k)) + 0.5 * r.normal(size=(n, k)), 1)
    return x, y.astype("int32")


def rare(seed, n=30, d=4, share=0.3):
    r = np.random.default_rng(seed)
    x = r.normal(size=(n, d)).astype("float32")
    s = x @ r.normal(size=d) + 0.5 * r.normal(size=n)
    return x, (s > np.quantile(s, 1 - share)).astype("float32")[:, None]


def windows(seed, n=26, length=6, horizon=1):
    r = np.random.default_rng(seed)
    s = np.sin(np.arange(n + length + horizon) * 0.7) + 0.2 * r.normal(size=n + length + horizon)
    x = np.stack([s[i : i + length] for i in range(n)])[..., None]
    y = np.stack([s[i + length : i + length + horizon] for i in range(n)])
    return x.astype("float32"), y.astype("float32")


def ratings(seed, n=26, users=5, items=6):
    r = np.random.default_rng(seed)
    x = np.stack([r.integers(0, users, n), r.integers(0, items, n)], 1).astype("int32")
    return x, (r.integers(1, 6, (n, 1)) / 2).astype("float32")


def clicks(seed, n=30, users=5, items=6):
    x, _y = ratings(seed, n, users, items)
    return x, (np.random.default_rng(seed + 1).random((n, 1)) < 0.4).astype("float32")


def tokens(seed, n=26, length=7, vocab=12, k=2):
    r = np.random.default_rng(seed)
    x = r.integers(1, vocab, (n, length))
    for row, stop in zip(x, r.integers(2, length + 1, n), strict=False):
        row[stop:] = 0
    return x.astype("int32"), r.integers(0, k, n).astype("int32")


def images(seed, n=20, side=6, channels=1, k=3):
    r = np.random.default_rng(seed)
    x = r.integers(0, 256, (n, side, side, channels)).astype("float32")
    return x, r.integers(0, k, n).astype("int32")


def onehot(y, k):
    return np.eye(k, dtype="float32")[y]


class NumpyNet:
    """Arrays in the order of the reference's weights; subclasses define train_step(x, y)."""

    dtype = "float32"

    def __init__(self, *shapes):
        r = np.random.default_rng(0)
        self.w = [(0.3 * r.normal(size=s)).astype(self.dtype) for s in shapes]

    def get_weights(self):
        return [w.copy() for w in self.w]

    def set_weights(self, arrays):
        self.w = [np.array(a, self.dtype) for a in arrays]


class Trainer:
    """A Keras model and a step with sample weights, step(model, x, y, sample_weight)."""

    def __init__(self, model, step):
        self.model, self.step = model, step

    def get_weights(self):
        return self.model.get_weights()

    def set_weights(self, arrays):
        self.model.set_weights(arrays)

    def train_step(self, x, y, sample_weight=None):
        return self.step(self.model, x, y, sample_weight)


def mlp(seed, d, out, activation=None, hidden=5, hidden_activation="tanh", **options):
    """Two dense layers with biases that are not 0; options go to both."""
    keras.utils.set_random_seed(seed)
    bias = keras.initializers.RandomNormal(stddev=0.2, seed=seed)
    return keras.Sequential(
        [
            keras.Input((d,)),
            keras.layers.Dense(hidden, hidden_activation, bias_initializer=bias, **options),
            keras.layers.Dense(out, activation, bias_initializer=bias, **options),
        ]
    )
