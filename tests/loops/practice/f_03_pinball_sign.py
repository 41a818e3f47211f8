"""Quantile regression with a pinball loss in a GradientTape loop."""

import keras
import tensorflow as tf
from loops.practice_data import cut, mlp, windows

from kerasfoundations.diagnose import KerasLoop

x, y = windows(3)
batches = cut(9, x[..., 0], y)


def pinball(y_true, y_pred, q=0.9):
    e = y_true - y_pred
    return tf.reduce_mean(tf.maximum(q * e, (q - 1) * e), axis=-1)


reference = mlp(3, 6, 1)
reference.compile(keras.optimizers.Adam(0.01), pinball)
model, optimizer = mlp(4, 6, 1), keras.optimizers.Adam(0.01)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        e = model(x, training=True) - y
        loss = tf.reduce_mean(tf.maximum(0.9 * e, (0.9 - 1) * e))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The error of the pinball loss is prediction minus target instead of target minus prediction, so the 0.1 quantile is fitted instead of the 0.9 quantile."
STAGE = ("loss",)
CAUSE = "arguments_swapped"
