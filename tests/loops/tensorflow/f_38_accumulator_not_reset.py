"""Gradient accumulation whose accumulator is never zeroed."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(663)
rng = np.random.default_rng(663)
x = rng.normal(size=(54, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(54, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 54, 9)]


def build():
    return keras.Sequential([keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(1)])


reference, model = build(), build()
reference.compile(keras.optimizers.Adam(0.01, gradient_accumulation_steps=2), "mse")
optimizer = keras.optimizers.Adam(0.01)
accum = [tf.Variable(tf.zeros_like(v.value)) for v in model.trainable_variables]
calls = 0


def train_step(x, y):
    global calls
    calls += 1
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
    for a, g in zip(accum, tape.gradient(loss, model.trainable_variables)):
        a.assign_add(g / 2)
    if calls % 2 == 0:
        optimizer.apply(accum, model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The accumulator is not reset after it has been applied, so old gradients are applied again and again."
STAGE = ("state", "update")
CAUSE = "accumulator_kept"
