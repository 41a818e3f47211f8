"""Micro-batches of five inside one step, for models too large for memory, weighted by their sizes."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(756)
rng = np.random.default_rng(756)
x = rng.normal(size=(38, 4))
y = np.tanh(x @ rng.normal(size=(4, 2))) + 0.3 * rng.normal(size=(38, 2))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 13], y[i : i + 13]) for i in range(0, 38, 13)]


def build():
    return keras.Sequential([keras.Input((4,)), L.Dense(9, activation="relu"), L.Dense(2)])


reference, model = build(), build()
reference.compile(keras.optimizers.Adam(0.01), "mse")
optimizer = keras.optimizers.Adam(0.01)


def train_step(x, y):
    n, total = len(x), 0.0
    grads = [tf.zeros_like(v.value) for v in model.trainable_variables]
    for i in range(0, n, 5):
        xs, ys = x[i : i + 5], y[i : i + 5]
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(xs, training=True) - ys) ** 2) * (len(xs) / n)
        grads = [a + g for a, g in zip(grads, tape.gradient(loss, model.trainable_variables))]
        total += loss
    optimizer.apply(grads, model.trainable_variables)
    return total


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
