"""Gradient clipping for an LSTM: tf.clip_by_norm on each gradient, model compiled with global_clipnorm."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "Each gradient is clipped by its own norm, instead of all of them by their common (global) norm."
STAGE = ("update", "gradients")

keras.utils.set_random_seed(41)
rng = np.random.default_rng(41)
x = rng.normal(size=(24, 5, 2)).astype("float32")
y = 3 * x.sum(axis=(1, 2), keepdims=True)[:, 0]
batches = [(x[i : i + 7], y[i : i + 7]) for i in range(0, 24, 7)]


def build():
    return keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(5), keras.layers.Dense(1)])


model = build()
optimizer = keras.optimizers.SGD(0.1)
mse = keras.losses.MeanSquaredError()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = mse(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    grads = [tf.clip_by_norm(g, 1.0) for g in grads]
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.SGD(0.1, global_clipnorm=1.0), "mse")
CAUSE = "clipping_kind"
