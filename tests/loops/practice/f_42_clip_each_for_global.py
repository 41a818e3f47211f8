"""Recurrent forecasting: tf.clip_by_norm on each gradient for global_clipnorm."""

import keras
import tensorflow as tf
from loops.practice_data import cut, windows

from kerasfoundations.diagnose import KerasLoop

x, y = windows(42)
batches = cut(10, x, 3 * y)


def build():
    keras.utils.set_random_seed(53)
    return keras.Sequential([keras.Input((6, 1)), keras.layers.GRU(4), keras.layers.Dense(1)])


reference = build()
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9, global_clipnorm=0.5), "mse")
model, optimizer = build(), keras.optimizers.SGD(0.1, momentum=0.9)
loss_fn = keras.losses.MeanSquaredError()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = [tf.clip_by_norm(g, 0.5) for g in tape.gradient(loss, model.trainable_variables)]
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "Each gradient is clipped by its own norm; the reference clips all of them by their global norm."
STAGE = ("update",)
CAUSE = "clipping_kind"
