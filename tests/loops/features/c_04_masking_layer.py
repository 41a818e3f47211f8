"""A Masking layer and a GRU for regression; the loss sums and divides by the mask's sum."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [L.Input((5, 2)), L.Masking(), L.GRU(4, return_sequences=True), L.Dense(1)]
    )
    model.compile(keras.optimizers.RMSprop(0.01), "mse")
    return model


model, reference = twin(build, 104)
r = np.random.default_rng(104)
x = r.normal(size=(25, 5, 2)).astype("float32")
x[np.arange(5) >= r.integers(2, 6, 25)[:, None]] = 0
batches = split(x, r.normal(size=(25, 5, 1)).astype("float32"), 9)


def step(x, y):
    keep = tf.cast(tf.reduce_any(x != 0, -1), tf.float32)
    with tf.GradientTape() as tape:
        errors = tf.square(model(x, training=True) - y)[..., 0]
        loss = tf.reduce_sum(errors * keep) / tf.reduce_sum(keep)
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
