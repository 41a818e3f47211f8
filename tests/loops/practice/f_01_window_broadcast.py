"""Forecasting notebook: targets of a window are flat, the network's output is a column."""

import keras
import tensorflow as tf
from loops.practice_data import cut, windows

from kerasfoundations.diagnose import KerasLoop

x, y = windows(1)
batches = cut(10, x, y[:, 0])


def build():
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((6, 1)), keras.layers.LSTM(4), keras.layers.Dense(1)])


reference = build()
reference.compile(keras.optimizers.Adam(0.01), "mse")
model, optimizer = build(), keras.optimizers.Adam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The targets (n,) are subtracted from outputs (n, 1), which broadcasts to an (n, n) matrix of differences."
STAGE = ("loss",)
CAUSE = "broadcast"
