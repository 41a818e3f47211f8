"""Targets of shape (n,) against predictions of shape (n, 1)."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(213)
rng = np.random.default_rng(213)
x = rng.normal(size=(36, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(36, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]
batches = [(a, b[:, 0]) for a, b in batches]


def build():
    return keras.Sequential([keras.Input((5,)), L.Dense(8, activation="relu"), L.Dense(1)])


reference, model = build(), build()
reference.compile(keras.optimizers.Adam(0.01), "mse")
optimizer = keras.optimizers.Adam(0.01)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        y_pred = model(x, training=True)
        loss = tf.reduce_mean(tf.square(y_pred - y))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = (
    "Targets of shape (n,) and outputs of shape (n, 1) broadcast to an (n, n) matrix of errors."
)
STAGE = ("loss",)
CAUSE = "broadcast"
