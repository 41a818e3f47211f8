"""Autoencoder whose reconstruction loss is summed over the pixels, as in VAE examples."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.post_data import cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(17)


def make():
    return keras.Sequential(
        [
            keras.Input((8,)),
            layers.Dense(3, activation="relu"),
            layers.Dense(8, activation="sigmoid"),
        ]
    )


reference = make()
reference.compile(keras.optimizers.SGD(0.1), "binary_crossentropy")
autoencoder = make()
optimizer = keras.optimizers.SGD(0.1)


def train_step(x, y):
    with tf.GradientTape() as tape:
        out = autoencoder(x, training=True)
        p = tf.clip_by_value(out, 1e-7, 1 - 1e-7)
        bce = -(y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p))
        loss = tf.reduce_mean(tf.reduce_sum(bce, axis=1))
    grads = tape.gradient(loss, autoencoder.trainable_variables)
    optimizer.apply_gradients(zip(grads, autoencoder.trainable_variables))
    return loss


loop = KerasLoop(autoencoder, train_step)
x = np.random.default_rng(17).uniform(size=(40, 8)).astype("float32")
batches = cut(x, x, 12)
EXPECTED = (
    "The reconstruction loss is summed over the features of a sample, where Keras takes their mean."
)
STAGE = ("loss", "reduction")
CAUSE = "loss_summed_over_outputs"
