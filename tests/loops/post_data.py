import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import numpy as np


def cut(x, y, size, w=None):
    """Batches of arrays, the last one smaller."""
    parts = []
    for at in range(0, len(x), size):
        s = slice(at, at + size)
        part = (x[s], [t[s] for t in y] if isinstance(y, list) else y[s])
        parts.append(part if w is None else (*part, w[s]))
    return parts


def regression(seed, n=40, d=5, k=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)).astype("float32")
    y = np.sin(x @ rng.normal(size=(d, k))) + 0.1 * rng.normal(size=(n, k)) + 0.5
    return x, y.astype("float32")


def classes(seed, n=40, d=5, k=3, dtype="int32"):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)).astype("float32")
    y = np.argmax(x @ rng.normal(size=(d, k)) + 0.3 * rng.normal(size=(n, k)), axis=1)
    return x, y.astype(dtype)


def binary(seed, n=40, d=5, rate=0.35):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)).astype("float32")
    z = x @ rng.normal(size=(d, 1)) + 0.3 * rng.normal(size=(n, 1))
    return x, (z > np.quantile(z, 1 - rate)).astype("float32")


def sentences(seed, n=30, t=7, words=12):
    """Padded with 0 at the end, each at least two words long."""
    rng = np.random.default_rng(seed)
    x = rng.integers(1, words, size=(n, t))
    lengths = rng.integers(2, t + 1, size=n)
    x[np.arange(t)[None] >= lengths[:, None]] = 0
    return x.astype("int32"), lengths
