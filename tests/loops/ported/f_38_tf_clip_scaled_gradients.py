"""Manual loss scaling: gradients are clipped by their global norm before they are divided by the scale."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(38)
x = rng.normal(size=(32, 6)).astype("float32")
y = rng.integers(0, 3, size=32)
batches = batched(9, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(9, activation="relu"), keras.layers.Dense(3)]
    )


loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
reference = build(38)
reference.compile(keras.optimizers.SGD(0.1, global_clipnorm=1.0), loss_fn)
model = build(39)
optimizer = keras.optimizers.SGD(0.1)
scale = 256.0


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
        scaled = loss * scale
    grads = tape.gradient(scaled, model.trainable_variables)
    grads, _ = tf.clip_by_global_norm(grads, 1.0)
    grads = [g / scale for g in grads]
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The gradients are clipped while they still carry the loss scale, so they are clipped to a norm of 1/256; they should be unscaled first."
STAGE = ("update", "gradients")
CAUSE = "clipping_before_unscaling"
