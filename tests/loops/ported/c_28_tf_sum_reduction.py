"""reduction="sum" in the compiled loss, reduce_sum in the loop."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(128)
x = rng.normal(size=(38, 4)).astype("float32")
y = rng.normal(size=(38, 3)).astype("float32")
batches = batched(11, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(3)]
    )


reference = build(128)
reference.compile(keras.optimizers.SGD(0.005), keras.losses.MeanSquaredError(reduction="sum"))
model = build(129)
optimizer = keras.optimizers.SGD(0.005)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.reduce_mean((model(x, training=True) - y) ** 2, axis=1))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
