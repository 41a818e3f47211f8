"""GradientTape with model.losses, compiled."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

L = keras.layers
rng = np.random.default_rng(2038)
keras.utils.set_random_seed(2038)

x = rng.normal(size=(42, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(42, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 42, 16)]


def build():
    return keras.Sequential(
        [
            keras.Input((4,)),
            L.Dense(8, activation="relu", kernel_regularizer=keras.regularizers.L2(0.05)),
            L.Dense(1, activity_regularizer=keras.regularizers.L2(0.01)),
        ]
    )


reference, model = build(), build()
reference.compile(keras.optimizers.Adam(0.01), "mse")
optimizer = keras.optimizers.Adam(0.01)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y)) + tf.add_n(model.losses)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
