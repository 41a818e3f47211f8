"""Probabilistic forecasting with three quantiles at once."""

import keras
import tensorflow as tf
from loops.practice_data import cut, mlp, windows

from kerasfoundations.diagnose import KerasLoop

x, y = windows(4)
batches = cut(10, x[..., 0], y)
quantiles = tf.constant([0.1, 0.5, 0.9])


def pinball(y_true, y_pred):
    e = y_true - y_pred
    return tf.reduce_mean(tf.maximum(quantiles * e, (quantiles - 1) * e), axis=-1)


reference = mlp(5, 6, 3)
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9), pinball)
model, optimizer = mlp(6, 6, 3), keras.optimizers.SGD(0.05, momentum=0.9)


def train_step(x, y):
    with tf.GradientTape() as tape:
        pred = model(x, training=True)
        loss = 0.0
        for i, q in enumerate([0.1, 0.5, 0.9]):
            e = y[:, 0] - pred[:, i]
            loss += tf.reduce_mean(tf.maximum(q * e, (q - 1) * e))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The losses of the three quantiles are summed instead of averaged, so the loss is three times as large."
STAGE = ("loss", "reduction")
CAUSE = "loss_summed_over_outputs"
