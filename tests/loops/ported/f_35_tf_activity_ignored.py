"""Custom loop over a sparse autoencoder: the activity regularizer sits in model.losses and is never added."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(35)
x = rng.normal(size=(44, 8)).astype("float32")
batches = batched(13, x, x)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((8,)),
            keras.layers.Dense(
                5, activation="relu", activity_regularizer=keras.regularizers.L1(0.02)
            ),
            keras.layers.Dense(8),
        ]
    )


reference = build(35)
reference.compile(keras.optimizers.RMSprop(0.002), "mse")
autoencoder = build(36)
optimizer = keras.optimizers.RMSprop(0.002)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        decoded = autoencoder(x, training=True)
        loss = tf.reduce_mean(tf.square(decoded - y))
    grads = tape.gradient(loss, autoencoder.trainable_variables)
    optimizer.apply_gradients(zip(grads, autoencoder.trainable_variables))
    return loss


loop = KerasLoop(autoencoder, train_step)
EXPECTED = "The activity regularizer's penalty (model.losses) isn't added to the loss."
STAGE = ("regularization",)
CAUSE = "activity_penalty_missing"
