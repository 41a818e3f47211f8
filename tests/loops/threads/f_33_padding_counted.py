"""Sequence tagger with Embedding(mask_zero=True), in a custom loop with a loss function and reduce_mean."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "The mask is ignored in the loss: padded time steps count as if they were real."
STAGE = ("loss", "reduction")

keras.utils.set_random_seed(34)
rng = np.random.default_rng(34)
x = rng.integers(1, 12, size=(26, 6)).astype("int32")
for row, length in zip(x, rng.integers(2, 7, size=26)):
    row[length:] = 0
y = (x % 3).astype("int32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 26, 8)]


def tagger():
    return keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            keras.layers.Embedding(12, 5, mask_zero=True),
            keras.layers.LSTM(4, return_sequences=True),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


model = tagger()
optimizer = keras.optimizers.Adam(0.01)


def train_step(tokens, tags):
    with tf.GradientTape() as tape:
        probabilities = model(tokens, training=True)
        loss = keras.losses.sparse_categorical_crossentropy(tags, probabilities)
        loss = tf.reduce_mean(loss)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = tagger()
reference.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
CAUSE = "mask_ignored"
