"""Fine-tuning loop that gives only the head's variables to the tape, while the base's batch normalization runs in training mode."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(42)
x = (2 * rng.normal(size=(37, 5)) + 1).astype("float32")
y = rng.integers(0, 3, size=37)
batches = batched(10, x, y)


def build(seed, frozen):
    keras.utils.set_random_seed(seed)
    base = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(8),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
        ],
        name="base",
    )
    base.trainable = not frozen
    head = keras.layers.Dense(3, name="head")
    return keras.Sequential([keras.Input((5,)), base, head]), head


loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
reference, _ = build(42, frozen=True)
reference.compile(keras.optimizers.Adam(0.01), loss_fn)
model, head = build(43, frozen=False)
optimizer = keras.optimizers.Adam(0.01)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, head.trainable_variables)
    optimizer.apply_gradients(zip(grads, head.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The base's batch normalization runs in training mode, with batch statistics and moving averages that change, where the frozen base of the reference uses its moving statistics."
STAGE = ("outputs", "state")
CAUSE = "frozen_batch_norm"
