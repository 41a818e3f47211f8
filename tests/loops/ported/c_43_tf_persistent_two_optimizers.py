"""A persistent tape and two optimizers of the same kind for the body and the head."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(143)
x = rng.normal(size=(39, 5)).astype("float32")
y = rng.normal(size=(39, 1)).astype("float32")
batches = batched(11, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(8, activation="elu"), keras.layers.Dense(1)]
    )


reference = build(143)
reference.compile(keras.optimizers.Ftrl(0.05), "mse")
model = build(144)
body_optimizer = keras.optimizers.Ftrl(0.05)
head_optimizer = keras.optimizers.Ftrl(0.05)


def train_step(x, y):
    body, head = model.layers
    with tf.GradientTape(persistent=True) as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    body_grads = tape.gradient(loss, body.trainable_variables)
    head_grads = tape.gradient(loss, head.trainable_variables)
    del tape
    body_optimizer.apply_gradients(zip(body_grads, body.trainable_variables))
    head_optimizer.apply_gradients(zip(head_grads, head.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
