"""Batch normalization called with training=True; predict is in inference mode."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

L = keras.layers
rng = np.random.default_rng(2226)
keras.utils.set_random_seed(2226)

x = rng.normal(size=(48, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(48, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 48, 16)]


def build():
    return keras.Sequential(
        [
            keras.Input((5,)),
            L.Dense(8, activation="tanh"),
            L.BatchNormalization(momentum=0.8),
            L.Dense(1),
        ]
    )


reference, model = build(), build()
reference.compile(keras.optimizers.SGD(0.05), "mse")
optimizer = keras.optimizers.SGD(0.05)


@tf.function(reduce_retracing=True)
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.mean_squared_error(y, model(x, training=True)))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(grads, model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
