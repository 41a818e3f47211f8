"""Recurrent forecasting with tf.clip_by_global_norm."""

import keras
import tensorflow as tf
from loops.practice_data import cut, windows

from kerasfoundations.diagnose import KerasLoop

x, y = windows(142)
batches = cut(10, x, 3 * y)


def build():
    keras.utils.set_random_seed(142)
    return keras.Sequential([keras.Input((6, 1)), keras.layers.GRU(4), keras.layers.Dense(1)])


reference = build()
reference.compile(
    keras.optimizers.SGD(0.1, momentum=0.9, global_clipnorm=0.5), keras.losses.LogCosh()
)
model, optimizer = build(), keras.optimizers.SGD(0.1, momentum=0.9)
loss_fn = keras.losses.LogCosh()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads, _ = tf.clip_by_global_norm(tape.gradient(loss, model.trainable_variables), 0.5)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
