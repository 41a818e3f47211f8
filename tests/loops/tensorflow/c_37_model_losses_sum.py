"""The penalty through sum(model.losses), with elastic-net kernels."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(126)
rng = np.random.default_rng(126)
x = rng.normal(size=(34, 6)).astype("float32")
y = (x @ rng.normal(size=(6, 3)) + rng.normal(size=(34, 3))).argmax(1)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]


def build():
    return keras.Sequential(
        [
            keras.Input((6,)),
            L.Dense(
                7,
                activation="tanh",
                kernel_regularizer=keras.regularizers.L1L2(0.01, 0.02),
                bias_regularizer="l2",
            ),
            L.Dense(3, activation="softmax"),
        ]
    )


reference, model = build(), build()
reference.compile(keras.optimizers.Adamax(0.02), "sparse_categorical_crossentropy")
optimizer = keras.optimizers.Adamax(0.02)
loss_fn = keras.losses.SparseCategoricalCrossentropy()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True)) + tf.add_n(model.losses)
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
