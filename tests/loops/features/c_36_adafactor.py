"""Adafactor in a compiled loop with a fixed signature; conv, pooling, dropout of rate 0."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [
            L.Input((8, 2)),
            L.Conv1D(4, 3, padding="causal", activation="relu"),
            L.GlobalMaxPooling1D(),
            L.Dropout(0.0),
            L.Dense(2),
        ]
    )
    model.compile(keras.optimizers.Adafactor(0.05), "mae")
    return model


model, reference = twin(build, 136)
r = np.random.default_rng(136)
x = r.normal(size=(28, 8, 2)).astype("float32")
batches = split(x, r.normal(size=(28, 2)).astype("float32"), 8)


@tf.function(input_signature=[tf.TensorSpec((None, 8, 2)), tf.TensorSpec((None, 2))])
def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.abs(y - model(x, training=True)))
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
