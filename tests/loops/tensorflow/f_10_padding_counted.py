"""A tagging model on padded sentences, whose loop takes the mean over all time steps."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(968)
rng = np.random.default_rng(3)
x = rng.integers(1, 12, size=(34, 6))
x[np.arange(6) >= rng.integers(2, 7, size=(34, 1))] = 0
y = (x % 3).astype("int32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]


def build():
    return keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            L.Embedding(12, 5, mask_zero=True),
            L.Dense(8, activation="relu"),
            L.Dense(3, activation="softmax"),
        ]
    )


reference, model = build(), build()
reference.compile(keras.optimizers.SGD(0.2), "sparse_categorical_crossentropy")
optimizer = keras.optimizers.SGD(0.2)


def train_step(x, y):
    with tf.GradientTape() as tape:
        losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True))
        loss = tf.reduce_mean(losses)
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The mask is ignored: the loss of padded time steps counts as well."
STAGE = ("loss", "reduction")
CAUSE = "mask_ignored"
