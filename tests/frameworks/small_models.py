"""Data and a small network, in Keras, which the loops of other frameworks are compared with."""

import keras
import numpy as np

SIZES = (12, 12, 12, 7)


def batches_of(seed=0, features=6, classes=3, scale=1.0):
    """Return batches of a problem that can be learned; the last one is smaller.

    Inputs of a small scale make small gradients, which show where epsilon is.
    """
    random = np.random.default_rng(seed)
    x = random.normal(size=(sum(SIZES), features)).astype("float32")
    y = np.argmax(x @ random.normal(size=(features, classes)), axis=1)
    x *= np.float32(scale)
    ends = np.cumsum(SIZES)
    return [(x[end - n : end], y[end - n : end]) for n, end in zip(SIZES, ends, strict=True)]


def reference_of(optimizer, *, seed=0, activation="softmax", **layer):
    """Return 6-5-3, compiled; it ends in a softmax, or in logits without an activation."""
    keras.utils.set_random_seed(seed)
    layers = [keras.layers.Dense(5, "tanh", **layer), keras.layers.Dense(3, activation, **layer)]
    model = keras.Sequential([keras.Input((6,)), *layers])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=activation is None)
    model.compile(optimizer, loss)
    return model
