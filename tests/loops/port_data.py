"""Small data sets, reference models and networks that the loops of this folder share."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import keras
import numpy as np


def parts(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


def reg(seed, n=40, d=4, k=1, size=16, dtype="float32", flat=False, positive=False):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))
    y = np.sin(x @ rng.normal(size=(d, k))) + 0.3 * rng.normal(size=(n, k)) + 0.5
    y = np.abs(np.round(3 * y)) if positive else y
    return parts(size, x.astype(dtype), (y[:, 0] if flat else y).astype(dtype))


def labels(seed, n=42, d=5, k=3, size=16, onehot=False):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)).astype("float32")
    y = np.argmax(x @ rng.normal(size=(d, k)) + 0.5 * rng.normal(size=(n, k)), 1)
    return parts(size, x, np.eye(k, dtype="float32")[y] if onehot else y)


def binary(seed, n=38, d=5, size=15):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)).astype("float32")
    y = (x @ rng.normal(size=(d, 1)) + rng.normal(size=(n, 1)) > 0).astype("float32")
    return parts(size, x, y)


def images(seed, n=20, side=6, c=3, k=3, size=8):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 1, size=(n, side, side, c)) * np.linspace(0.5, 1.5, c)
    return parts(size, x.astype("float32"), rng.integers(0, k, n))


def tokens(seed, n=34, t=6, vocab=9, size=12):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, vocab, size=(n, t))
    y = (x.sum(1, keepdims=True) > t * (vocab - 1) / 2).astype("float32")
    return parts(size, x, y)


def series(seed, n=32, t=5, d=3, k=1, size=12):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, t, d)).astype("float32")
    y = (x[:, -2:].mean((1, 2))[:, None] * np.ones(k) + 0.2 * rng.normal(size=(n, k))).astype(
        "float32"
    )
    return parts(size, x, y)


def net(shape, rows, optimizer, loss, seed=0, kind=keras.Sequential, jiggle=True, **more):
    """A compiled Keras model of the given layers, with biases that are not all zero."""
    keras.utils.set_random_seed(seed)
    model = kind([keras.Input(shape, **more), *rows])
    rng = np.random.default_rng(seed + 100)
    for w in model.weights if jiggle else ():
        if w.path.rsplit("/", 1)[-1] in ("bias", "beta"):
            w.assign(w + 0.1 * rng.normal(size=w.shape))
    model.compile(optimizer=optimizer, loss=loss)
    return model


def dense_tree(model):
    """Dense layers as JAX's list of dicts."""
    w = model.get_weights()
    return [{"kernel": w[i], "bias": w[i + 1]} for i in range(0, len(w), 2)]


def jmlp(params, x, act):
    for layer in params[:-1]:
        x = act(x @ layer["kernel"] + layer["bias"])
    return x @ params[-1]["kernel"] + params[-1]["bias"]


class NumpyLoop:
    """Base of hand-written networks: keeps the weights in a list."""

    def __init__(self, weights):
        self.w = [np.array(a) for a in weights]

    def get_weights(self):
        return [a.copy() for a in self.w]

    def set_weights(self, arrays):
        self.w = [np.array(a) for a in arrays]


def torch_bn():
    """BatchNorm1d whose running variance is the biased one, as Keras's."""
    import torch

    class BiasedBatchNorm1d(torch.nn.BatchNorm1d):
        def forward(self, x):
            if not self.training:
                return super().forward(x)
            mean, var = x.mean(0), x.var(0, unbiased=False)
            with torch.no_grad():
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_var += self.momentum * (var - self.running_var)
            return (x - mean) / torch.sqrt(var + self.eps) * self.weight + self.bias

    return BiasedBatchNorm1d
