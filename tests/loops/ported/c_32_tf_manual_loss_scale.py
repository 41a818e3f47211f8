"""Static loss scale by hand: gradients unscaled first, then clipped by their global norm."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(132)
x = (2 * rng.normal(size=(34, 5))).astype("float32")
y = (3 * rng.normal(size=(34, 1))).astype("float32")
batches = batched(10, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(8, activation="swish"), keras.layers.Dense(1)]
    )


reference = build(132)
reference.compile(keras.optimizers.Adam(0.01, global_clipnorm=0.5), "huber")
model = build(133)
optimizer = keras.optimizers.Adam(0.01)
huber = keras.losses.Huber()
SCALE = 512.0


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = huber(y, model(x, training=True))
        scaled_loss = loss * SCALE
    scaled_gradients = tape.gradient(scaled_loss, model.trainable_variables)
    gradients = [g / SCALE for g in scaled_gradients]
    gradients, _ = tf.clip_by_global_norm(gradients, 0.5)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
