"""Accumulation over 3 batches in tf.Variables, averaged, applied and reset inside the step."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(133)
x = rng.normal(size=(50, 4)).astype("float32")
y = rng.integers(0, 2, size=(50, 1)).astype("float32")
batches = batched(9, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(6, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


reference = build(133)
reference.compile(
    keras.optimizers.SGD(0.2, momentum=0.9, gradient_accumulation_steps=3), "binary_crossentropy"
)
model = build(134)
optimizer = keras.optimizers.SGD(0.2, momentum=0.9)
bce = keras.losses.BinaryCrossentropy()
total = [tf.Variable(tf.zeros(v.shape), trainable=False) for v in model.trainable_variables]
counter = 0


def train_step(x, y):
    global counter
    with tf.GradientTape() as tape:
        loss = bce(y, model(x, training=True))
    for t, g in zip(total, tape.gradient(loss, model.trainable_variables)):
        t.assign_add(g)
    counter += 1
    if counter == 3:
        optimizer.apply([t / 3.0 for t in total], model.trainable_variables)
        for t in total:
            t.assign(tf.zeros_like(t))
        counter = 0
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
