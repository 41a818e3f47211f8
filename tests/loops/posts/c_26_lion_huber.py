"""Huber loss written with tf.where, targets of shape (n,)."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(126)


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="selu"), layers.Dense(1)]
    )


reference = make()
reference.compile(keras.optimizers.Lion(0.003), keras.losses.Huber(delta=0.7))
model = make()
optimizer = keras.optimizers.Lion(0.003)


def huber(y, p, delta=0.7):
    error = tf.abs(y - tf.squeeze(p, axis=1))
    return tf.reduce_mean(tf.where(error <= delta, 0.5 * error**2, delta * error - 0.5 * delta**2))


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = huber(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x, y = regression(126)
batches = cut(x, 2 * y[:, 0], 12)
EXPECTED = "equal"
