"""The guide's loop on a model with kernel regularizers."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(767)
rng = np.random.default_rng(767)
x = rng.normal(size=(28, 6, 6, 1)).astype("float32")
y = rng.integers(0, 3, 28)
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 28, 11)]


def build():
    return keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            L.Conv2D(4, 3, activation="relu", kernel_regularizer="l2"),
            L.Flatten(),
            L.Dense(3, kernel_regularizer="l1"),
        ]
    )


reference, model = build(), build()
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
optimizer = keras.optimizers.Adam(0.01)
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

EXPECTED = "model.losses is never added, so the kernel regularizers are missing."
STAGE = ("regularization",)
CAUSE = "penalty_missing"
