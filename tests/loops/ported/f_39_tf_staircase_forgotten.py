"""Exponential decay rewritten by hand as lr * rate ** (step / decay_steps); the reference has staircase=True."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(39)
x = rng.normal(size=(46, 3)).astype("float32")
y = rng.normal(size=(46, 1)).astype("float32")
batches = batched(8, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(1)]
    )


reference = build(39)
rate = keras.optimizers.schedules.ExponentialDecay(
    0.1, decay_steps=3, decay_rate=0.5, staircase=True
)
reference.compile(keras.optimizers.SGD(rate), "mae")
model = build(40)
global_step = tf.Variable(0.0, trainable=False)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.abs(y - model(x, training=True)))
    lr = 0.1 * 0.5 ** (global_step / 3.0)
    for v, g in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
        v.assign_sub(lr * g)
    global_step.assign_add(1.0)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The learning rate decays smoothly in every step, where the reference's schedule is a staircase that changes every 3 steps."
STAGE = ("state", "update")
CAUSE = "schedule_setting"
