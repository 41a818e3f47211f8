"""Padded sequences with mask_zero into an LSTM, custom loop with clipnorm by hand."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(141)
lengths = rng.integers(2, 7, size=30)
x = (rng.integers(1, 10, size=(30, 6)) * (np.arange(6) < lengths[:, None])).astype("int32")
y = rng.integers(0, 2, size=(30, 1)).astype("float32")
batches = batched(8, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            keras.layers.Embedding(10, 4, mask_zero=True),
            keras.layers.LSTM(5),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


reference = build(141)
reference.compile(keras.optimizers.SGD(0.5, clipnorm=0.05), "binary_crossentropy")
model = build(142)
optimizer = keras.optimizers.SGD(0.5)
bce = keras.losses.BinaryCrossentropy()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = bce(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    grads = [tf.clip_by_norm(g, 0.05) for g in grads]
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
