"""Hand-written loss scaling that forgets to divide the gradients by the scale."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(11)
x = rng.normal(size=(32, 5)).astype("float32")
y = rng.normal(size=(32, 1)).astype("float32")
batches = batched(9, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(7, activation="tanh"), keras.layers.Dense(1)]
    )
    return model


reference = build(11)
reference.compile(keras.optimizers.SGD(0.001), "mse")

model = build(12)
optimizer = keras.optimizers.SGD(0.001)
loss_fn = keras.losses.MeanSquaredError()
LOSS_SCALE = 128.0


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
        scaled_loss = loss * LOSS_SCALE
    grads = tape.gradient(scaled_loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = (
    "The gradients of the scaled loss are applied without dividing them by the loss scale of 128."
)
STAGE = ("gradients", "update")
CAUSE = "loss_scale_kept"
