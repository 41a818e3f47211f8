"""Sequence labelling with padding: the mean over the time steps that are no padding."""

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


model, reference = twin(build, 103)
r = np.random.default_rng(103)
x = r.integers(1, 9, (26, 6)).astype("int32")
x[np.arange(6) >= r.integers(2, 7, 26)[:, None]] = 0
y = r.integers(0, 3, (26, 6)).astype("int32")
batches = split(x, y, 8)


def step(x, y):
    with tf.GradientTape() as tape:
        losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True))
        loss = tf.reduce_mean(tf.boolean_mask(losses, x > 0))
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
