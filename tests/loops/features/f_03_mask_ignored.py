"""Sequence labelling with padding: the loop's loss knows nothing of the mask."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [
            L.Input((6,), dtype="int32"),
            L.Embedding(9, 4, mask_zero=True),
            L.LSTM(5, return_sequences=True),
            L.Dense(3, "softmax"),
        ]
    )
    model.compile(keras.optimizers.Lamb(0.01), "sparse_categorical_crossentropy")
    return model


model, reference = twin(build, 3)
r = np.random.default_rng(3)
x = r.integers(1, 9, (26, 6)).astype("int32")
x[np.arange(6) >= r.integers(2, 7, 26)[:, None]] = 0
y = r.integers(0, 3, (26, 6)).astype("int32")
batches = split(x, y, 8)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            keras.losses.sparse_categorical_crossentropy(y, model(x, training=True))
        )
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "The mask of the padding (mask_zero) is not used in the loss: padded time steps count."
STAGE = ("reduction", "loss")
CAUSE = "mask_ignored"
