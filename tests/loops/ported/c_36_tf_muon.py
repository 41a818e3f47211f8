"""Muon from Keras in a hand-written step, with the built-in weight decay."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(136)
x = rng.normal(size=(36, 5)).astype("float32")
y = rng.integers(0, 4, size=36)
batches = batched(10, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dense(6, activation="relu"),
            keras.layers.Dense(4),
        ]
    )


def crossentropy():
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


reference = build(136)
reference.compile(keras.optimizers.Muon(0.01, weight_decay=0.02), crossentropy())
model = build(137)
optimizer = keras.optimizers.Muon(0.01, weight_decay=0.02)


def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(tf.cast(y, tf.int32), logits)
        )
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(grads, model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
