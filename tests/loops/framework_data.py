"""Small data sets and references for the loops of this folder."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import keras
import numpy as np

L = keras.layers
schedules = keras.optimizers.schedules

np.random.seed(0)
keras.utils.set_random_seed(0)


def split(x, y, size=10):
    return [(x[at : at + size], y[at : at + size]) for at in range(0, len(x), size)]


def labels(rng, n, kind, out):
    if kind == "reg":
        return rng.normal(size=(n, out)).astype("float32")
    if kind == "cls":
        return rng.integers(0, out, size=n)
    if kind == "onehot":
        return np.eye(out, dtype="float32")[rng.integers(0, out, size=n)]
    if kind == "bin":
        return rng.integers(0, 2, size=(n, out)).astype("float32")
    if kind == "prob":
        return rng.dirichlet(np.ones(out), size=n).astype("float32")
    raise ValueError(kind)


def table(n=34, d=4, kind="reg", out=1, size=10, seed=0):
    rng = np.random.default_rng(seed)
    return split(rng.normal(size=(n, d)).astype("float32"), labels(rng, n, kind, out), size)


def sequences(n=28, t=5, d=3, kind="reg", out=1, size=8, seed=0):
    rng = np.random.default_rng(seed)
    return split(rng.normal(size=(n, t, d)).astype("float32"), labels(rng, n, kind, out), size)


def images(n=22, side=8, c=2, kind="cls", out=3, size=6, seed=0):
    rng = np.random.default_rng(seed)
    return split(
        rng.normal(size=(n, side, side, c)).astype("float32"), labels(rng, n, kind, out), size
    )


def tokens(n=28, t=6, vocab=9, kind="bin", out=1, size=8, seed=0):
    rng = np.random.default_rng(seed)
    return split(rng.integers(0, vocab, size=(n, t)), labels(rng, n, kind, out), size)


def shake(model, seed=5):
    rng = np.random.default_rng(seed)
    for w in model.trainable_weights:
        w.assign(np.asarray(w) + 0.1 * rng.normal(size=w.shape).astype("float32"))
    return model


def build(shape, *layers, opt, loss, dtype="float32", **more):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input(shape, dtype=dtype), *layers])
    shake(model)
    model.compile(optimizer=opt, loss=loss, **more)
    return model


def sparse_ce():
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)
