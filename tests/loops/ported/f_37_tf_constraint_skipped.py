"""Plain gradient descent with assign_sub on the variables of a model whose layer has a kernel_constraint."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(37)
x = rng.normal(size=(35, 4)).astype("float32")
y = (3 * x[:, :1] - 2).astype("float32")
batches = batched(10, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(
                8, activation="relu", kernel_constraint=keras.constraints.MaxNorm(0.8)
            ),
            keras.layers.Dense(1),
        ]
    )


reference = build(37)
reference.compile(keras.optimizers.SGD(0.05), "mse")
model = build(38)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    for variable, gradient in zip(
        model.trainable_variables, tape.gradient(loss, model.trainable_variables)
    ):
        variable.assign_sub(0.05 * gradient)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The MaxNorm constraint of the first kernel is never applied after the update."
STAGE = ("update",)
CAUSE = "constraint_missing"
