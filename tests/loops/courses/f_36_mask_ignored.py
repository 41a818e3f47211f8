"""Tagging of padded sequences: Embedding(mask_zero=True) in a custom loop."""

import keras
import numpy as np
import tensorflow as tf
from loops.course_data import cut

from kerasfoundations.diagnose import KerasLoop


def build():
    return keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            keras.layers.Embedding(9, 4, mask_zero=True),
            keras.layers.Dense(5, "tanh"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


keras.utils.set_random_seed(35)
reference, model = build(), build()
reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
optimizer = keras.optimizers.SGD(0.1)


def train_step(x, y):
    with tf.GradientTape() as tape:
        p = model(x, training=True)
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, p))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
rng = np.random.default_rng(35)
x = rng.integers(1, 9, (28, 6)) * (np.arange(6) < rng.integers(2, 7, (28, 1)))
batches = cut(12, x.astype("int32"), (x % 3).astype("int32"))

EXPECTED = "The loss averages over the padded time steps too: the mask of Embedding(mask_zero=True), which fit takes into account, is not applied."
STAGE = ("reduction", "loss")
CAUSE = "mask_ignored"
