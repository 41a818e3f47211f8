"""Multi-task model: a gradient for each task from a persistent tape, added before one update."""

import keras
import tensorflow as tf
from loops.practice_data import cut, mlp, tabular

from kerasfoundations.diagnose import KerasLoop

x, y = tabular(126, out=2)
batches = cut(10, x, y)


def two_losses(y_true, y_pred):
    return tf.square(y_true[:, 0] - y_pred[:, 0]) + 0.3 * tf.abs(y_true[:, 1] - y_pred[:, 1])


reference = mlp(126, 4, 2)
reference.compile(keras.optimizers.Ftrl(0.1), two_losses)
model, optimizer = mlp(8, 4, 2), keras.optimizers.Ftrl(0.1)


def train_step(x, y):
    with tf.GradientTape(persistent=True) as tape:
        pred = model(x, training=True)
        loss1 = tf.reduce_mean(tf.square(y[:, 0] - pred[:, 0]))
        loss2 = tf.reduce_mean(tf.abs(y[:, 1] - pred[:, 1]))
    variables = model.trainable_variables
    grads = [
        a + 0.3 * b
        for a, b in zip(tape.gradient(loss1, variables), tape.gradient(loss2, variables))
    ]
    del tape
    optimizer.apply_gradients(zip(grads, variables))
    return loss1 + 0.3 * loss2


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
