"""GradientTape loop with a Keras optimizer that keeps an EMA of the weights and overwrites them."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(134)
x = rng.normal(size=(47, 3)).astype("float32")
y = rng.normal(size=(47, 1)).astype("float32")
batches = batched(8, x, y)


def make_optimizer():
    return keras.optimizers.Adam(0.02, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=2)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(1)]
    )


reference = build(134)
reference.compile(make_optimizer(), "mae")
model = build(135)
optimizer = make_optimizer()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.abs(model(x, training=True) - y))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
