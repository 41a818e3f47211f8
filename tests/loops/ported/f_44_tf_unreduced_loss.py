"""keras.losses.mean_squared_error gives a loss for each sample, and the tape is asked for its gradient as it is."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(44)
x = rng.normal(size=(31, 4)).astype("float32")
y = rng.normal(size=(31, 2)).astype("float32")
batches = batched(7, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, activation="selu"), keras.layers.Dense(2)]
    )


reference = build(44)
reference.compile(keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True), "mse")
model = build(45)
optimizer = keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        y_pred = model(x, training=True)
        loss = keras.losses.mean_squared_error(y, y_pred)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return tf.reduce_mean(loss)


loop = KerasLoop(model, train_step)
EXPECTED = "The tape differentiates the vector of sample losses, which sums their gradients over the batch, where the mean belongs."
STAGE = ("gradients", "reduction")
CAUSE = "gradient_summed"
