"""Clipping with tf.clip_by_norm in a list comprehension, as in most answers on the web."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(7, "relu"), L.Dense(7, "relu"), L.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1, global_clipnorm=0.3), "mse")
    return model


model, reference = twin(build, 13)
x, y = reg(13, 31, 4, 1)
batches = split(x, 3 * y, 8)
sgd = keras.optimizers.SGD(0.1)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    variables = model.trainable_variables
    grads = [tf.clip_by_norm(g, 0.3) for g in tape.gradient(loss, variables)]
    sgd.apply(grads, variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "Each gradient is clipped by its own norm instead of by the global norm."
STAGE = ("update", "gradients")
CAUSE = "clipping_kind"
