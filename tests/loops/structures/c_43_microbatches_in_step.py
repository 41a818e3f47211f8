"""A train_step that splits its batch into micro-batches of 5 to save memory, weighted by their sizes."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(243)
rng = np.random.default_rng(243)
from kerasfoundations.diagnose import KerasLoop

x = rng.normal(size=(46, 5)).astype("float32")
y = (x[:, :1] ** 2).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build():
    model = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(6, "mish", kernel_regularizer=keras.regularizers.L1(0.01)),
            keras.layers.Dense(1),
        ]
    )
    model.compile(keras.optimizers.Lion(0.002), "log_cosh")
    return model


reference, model = build(), build()


def micro(x, y, size=5):
    for at in range(0, len(x), size):
        yield x[at : at + size], y[at : at + size]


def train_step(x, y):
    variables = model.trainable_variables
    total, sums = 0.0, [tf.zeros_like(v) for v in variables]
    for xs, ys in micro(x, y):
        share = len(xs) / len(x)
        with tf.GradientTape() as tape:
            error = model(xs, training=True) - ys
            loss = share * (tf.reduce_mean(tf.math.log(tf.cosh(error))) + sum(model.losses))
        total += loss
        sums = [s + g for s, g in zip(sums, tape.gradient(loss, variables))]
    model.optimizer.apply(sums, variables)
    return total


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
