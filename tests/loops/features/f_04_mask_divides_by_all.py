"""Masked loss in the style of the translation tutorials of TensorFlow, with reduce_mean."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [
            L.Input((5,), dtype="int32"),
            L.Embedding(8, 4, mask_zero=True),
            L.GRU(5, return_sequences=True),
            L.Dense(4),
        ]
    )
    model.compile(
        keras.optimizers.RMSprop(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    return model


model, reference = twin(build, 4)
r = np.random.default_rng(4)
x = r.integers(1, 8, (25, 5)).astype("int32")
x[np.arange(5) >= r.integers(2, 6, 25)[:, None]] = 0
y = r.integers(0, 4, (25, 5)).astype("int32")
batches = split(x, y, 9)


def step(x, y):
    with tf.GradientTape() as tape:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True))
        loss = tf.reduce_mean(losses * tf.cast(x != 0, losses.dtype))
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = (
    "The masked loss is divided by the number of all time steps, not by that of the unmasked ones."
)
STAGE = ("reduction",)
CAUSE = "mask_in_denominator"
