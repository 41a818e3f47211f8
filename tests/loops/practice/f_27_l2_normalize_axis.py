"""Metric learning: cosine loss with tf.nn.l2_normalize and no axis."""

import keras
import tensorflow as tf
from loops.practice_data import cut, mlp, tabular

from kerasfoundations.diagnose import KerasLoop

x, y = tabular(27, out=3)
batches = cut(10, x, y)
reference = mlp(37, 4, 3)
reference.compile(keras.optimizers.Adam(0.01), keras.losses.CosineSimilarity())
model, optimizer = mlp(38, 4, 3), keras.optimizers.Adam(0.01)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        a, b = tf.nn.l2_normalize(y), tf.nn.l2_normalize(model(x, training=True))
        loss = tf.reduce_mean(-tf.reduce_sum(a * b, axis=-1))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "tf.nn.l2_normalize without axis=-1 divides by the norm of the whole batch instead of each vector's norm."
STAGE = ("loss",)
CAUSE = "normalization_axis"
