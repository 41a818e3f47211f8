"""Masked loss multiplied by the mask, then reduce_mean, as in some translation tutorials."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(484)
rng = np.random.default_rng(5)
x = rng.integers(1, 10, size=(30, 5))
x[np.arange(5) >= rng.integers(1, 6, size=(30, 1))] = 0
y = ((x * 7) % 4).astype("int32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]


def build():
    return keras.Sequential(
        [
            keras.Input((5,), dtype="int32"),
            L.Embedding(10, 6, mask_zero=True),
            L.GRU(5, return_sequences=True),
            L.Dense(4),
        ]
    )


reference, model = build(), build()
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
optimizer = keras.optimizers.Adam(0.01)
loss_object = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")


def loss_function(real, pred, tokens):
    loss_ = loss_object(real, pred)
    mask = tf.cast(tf.not_equal(tokens, 0), loss_.dtype)
    return tf.reduce_mean(loss_ * mask)


def train_step(x, y):
    with tf.GradientTape() as tape:
        pred = model(x, training=True)
        loss = loss_function(y, pred, x)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(grads, model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The masked losses are averaged over all time steps, padding included, instead of over the valid ones."
STAGE = ("reduction",)
CAUSE = "mask_in_denominator"
