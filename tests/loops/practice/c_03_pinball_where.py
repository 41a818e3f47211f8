"""Quantile regression with the pinball loss in its piecewise form."""

import keras
import tensorflow as tf
from loops.practice_data import cut, mlp, windows

from kerasfoundations.diagnose import KerasLoop

x, y = windows(103)
batches = cut(9, x[..., 0], y)


def pinball(y_true, y_pred, q=0.9):
    e = y_true - y_pred
    return tf.reduce_mean(tf.maximum(q * e, (q - 1) * e), axis=-1)


reference = mlp(103, 6, 1)
reference.compile(keras.optimizers.Nadam(0.01), pinball)
model, optimizer = mlp(1, 6, 1), keras.optimizers.Nadam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        pred = model(x, training=True)
        loss = tf.reduce_mean(tf.where(y >= pred, 0.9 * (y - pred), 0.1 * (pred - y)))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
