"""Functional model with two outputs: compile's loss_weights don't reach the custom loop."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(34)
x = rng.normal(size=(33, 6)).astype("float32")
ya = rng.normal(size=(33, 1)).astype("float32")
yb = rng.integers(0, 2, size=(33, 1)).astype("float32")
batches = [(x[i : i + 9], (ya[i : i + 9], yb[i : i + 9])) for i in range(0, 33, 9)]


def build(seed):
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((6,))
    h = keras.layers.Dense(8, activation="relu")(inputs)
    return keras.Model(
        inputs,
        [
            keras.layers.Dense(1, name="age")(h),
            keras.layers.Dense(1, activation="sigmoid", name="sex")(h),
        ],
    )


reference = build(34)
reference.compile(
    keras.optimizers.SGD(0.05), ["mse", "binary_crossentropy"], loss_weights=[1.0, 0.2]
)

model = build(35)
optimizer = keras.optimizers.SGD(0.05)
mse = keras.losses.MeanSquaredError()
bce = keras.losses.BinaryCrossentropy()


def train_step(x, y):
    age, sex = y
    with tf.GradientTape() as tape:
        age_pred, sex_pred = model(x, training=True)
        total = mse(age, age_pred) + bce(sex, sex_pred)
    grads = tape.gradient(total, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return total


loop = KerasLoop(model, train_step)
EXPECTED = (
    "The two outputs' losses are added without the loss weights 1.0 and 0.2 of the reference."
)
STAGE = ("loss", "reduction")
CAUSE = "loss_weights_forgotten"
