"""compute_average_loss with the global batch size of the tutorial: the smaller last batch is divided by the full size."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(45)
x = rng.normal(size=(29, 6)).astype("float32")
y = rng.integers(0, 3, size=29)
GLOBAL_BATCH_SIZE = 8
batches = batched(GLOBAL_BATCH_SIZE, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)]
    )


reference = build(45)
reference.compile(
    keras.optimizers.SGD(0.2), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model = build(46)
optimizer = keras.optimizers.SGD(0.2)
loss_object = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")


def compute_loss(labels, predictions):
    per_example_loss = loss_object(labels, predictions)
    return tf.nn.compute_average_loss(per_example_loss, global_batch_size=GLOBAL_BATCH_SIZE)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = compute_loss(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The sum of the losses is divided by the full batch size of 8 in the smaller last batch as well, so that batch's loss and gradients are too small."
STAGE = ("reduction",)
CAUSE = "fixed_batch_size"
