"""Gradient accumulation over three batches, each gradient divided by 3."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(132)
rng = np.random.default_rng(132)
x = rng.normal(size=(41, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(41, 1))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 41, 8)]
STEPS = 3


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(1)]
    )


model = build()
optimizer = keras.optimizers.SGD(0.1)
accumulated = [tf.Variable(tf.zeros(v.shape), trainable=False) for v in model.trainable_variables]
seen = 0


def train_step(x, y):
    global seen
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
        scaled = loss / STEPS
    for a, g in zip(accumulated, tape.gradient(scaled, model.trainable_variables)):
        a.assign_add(g)
    seen += 1
    if seen % STEPS == 0:
        optimizer.apply_gradients(zip(accumulated, model.trainable_variables))
        for a in accumulated:
            a.assign(tf.zeros_like(a))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.SGD(0.1, gradient_accumulation_steps=3), "mse")
