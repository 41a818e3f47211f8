"""A layer-by-layer tutorial in which only the head's variables reach the tape."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(436)
rng = np.random.default_rng(436)
x = rng.normal(size=(30, 6, 6, 1)).astype("float32")
y = rng.integers(0, 3, 30)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]


def build():
    return keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            L.Conv2D(4, 3, activation="relu"),
            L.Flatten(),
            L.Dense(5, activation="relu"),
            L.Dense(3),
        ]
    )


reference, model = build(), build()
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
optimizer = keras.optimizers.Adam(0.01)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
variables = model.layers[-1].trainable_variables


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "Only the last layer's variables are differentiated and updated; the first layers are never trained."
STAGE = ("gradients", "update")
CAUSE = "frozen_variable"
