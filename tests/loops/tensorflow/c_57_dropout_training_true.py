"""Dropout in the guide's loop."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(682)
rng = np.random.default_rng(682)
x = rng.normal(size=(36, 6)).astype("float32")
y = (x @ rng.normal(size=(6, 3)) + rng.normal(size=(36, 3))).argmax(1)
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]


def build():
    return keras.Sequential(
        [keras.Input((6,)), L.Dense(12, activation="relu"), L.Dropout(0.4, seed=7), L.Dense(3)]
    )


reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.1, momentum=0.9),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_weights), model.trainable_weights)
    )
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
