"""Regression with targets of shape (n, 1) and an output squeezed to (n,), tf.reduce_mean(tf.square(y - pred))."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "Targets of shape (n, 1) minus squeezed predictions of shape (n,) broadcast to (n, n), so each prediction is compared with every target."
STAGE = ("loss", "outputs")

keras.utils.set_random_seed(24)
rng = np.random.default_rng(24)
x = rng.normal(size=(23, 3)).astype("float32")
y = (np.sin(x @ rng.normal(size=(3, 1))) + 0.1 * rng.normal(size=(23, 1))).astype("float32")
batches = [(x[i : i + 6], y[i : i + 6]) for i in range(0, 23, 6)]


def make():
    return keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)]
    )


model = make()
optimizer = tf.keras.optimizers.SGD(learning_rate=0.05)


def train_step(inputs, targets):
    with tf.GradientTape() as t:
        current_loss = tf.reduce_mean(tf.square(targets - tf.squeeze(model(inputs))))
    grads = t.gradient(current_loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return current_loss


loop = KerasLoop(model, train_step)
reference = make()
reference.compile(keras.optimizers.SGD(0.05), "mse")
CAUSE = "broadcast"
