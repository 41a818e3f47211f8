"""Constraints that the Keras optimizer applies by itself in apply()."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(789)
rng = np.random.default_rng(789)
x = rng.normal(size=(36, 6)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(36, 1)) > 0).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]


def build():
    return keras.Sequential(
        [
            keras.Input((6,)),
            L.Dense(
                5,
                activation="tanh",
                kernel_constraint=keras.constraints.UnitNorm(),
                bias_constraint="non_neg",
            ),
            L.Dense(1, kernel_constraint=keras.constraints.MinMaxNorm(0.5, 1.0, rate=0.8)),
        ]
    )


reference, model = build(), build()
reference.compile(keras.optimizers.Nadam(0.02), keras.losses.BinaryCrossentropy(from_logits=True))
optimizer = keras.optimizers.Nadam(0.02)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, model(x, training=True)))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
