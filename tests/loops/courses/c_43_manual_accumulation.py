"""Gradients accumulated in variables, zeroed after every second batch."""

import keras
import numpy as np
import tensorflow as tf
from loops.course_data import regression

from kerasfoundations.diagnose import KerasLoop


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, "elu"), keras.layers.Dense(1)]
    )


keras.utils.set_random_seed(143)
reference, model = build(), build()
reference.compile(keras.optimizers.Adam(0.01, gradient_accumulation_steps=2), "mse")
sums = [tf.Variable(tf.zeros_like(v)) for v in model.trainable_variables]
ms = [np.zeros(v.shape, "float32") for v in model.trainable_variables]
vs = [np.zeros(v.shape, "float32") for v in model.trainable_variables]
calls = 0


def train_step(x, y):
    global calls
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    for s, g in zip(sums, tape.gradient(loss, model.trainable_variables)):
        s.assign_add(g / 2)
    calls += 1
    if calls % 2 == 0:
        t = calls // 2  # updates, as Keras counts them
        rate = 0.01 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        for i, v in enumerate(model.trainable_variables):
            g = sums[i].numpy()
            ms[i] += 0.1 * (g - ms[i])
            vs[i] += 0.001 * (g * g - vs[i])
            v.assign(v - rate * ms[i] / (np.sqrt(vs[i]) + 1e-7))
            sums[i].assign(tf.zeros_like(sums[i]))
    return loss


loop = KerasLoop(model, train_step)
batches = regression(143, n=44, size=12)

EXPECTED = "equal"
