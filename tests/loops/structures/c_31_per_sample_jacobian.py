"""Gradients per sample with tape.jacobian, as before DP-SGD's clipping, here only averaged."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(231)
rng = np.random.default_rng(231)
from kerasfoundations.diagnose import KerasLoop

x = rng.normal(size=(38, 4)).astype("float32")
y = rng.integers(0, 2, (38, 1)).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(5, "tanh"), keras.layers.Dense(1)]
    )


reference, model = build(), build()
reference.compile(keras.optimizers.Adam(0.02), keras.losses.BinaryCrossentropy(from_logits=True))
optimizer = keras.optimizers.Adam(0.02)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        each = tf.nn.sigmoid_cross_entropy_with_logits(y, model(x, training=True))[:, 0]
    per_sample = tape.jacobian(each, model.trainable_variables)
    optimizer.apply([tf.reduce_mean(g, 0) for g in per_sample], model.trainable_variables)
    return tf.reduce_mean(each)


def step(x, y):
    return train_step(tf.constant(x), tf.constant(y))


loop = KerasLoop(model, step)
EXPECTED = "equal"
