"""Subclassed autoencoder with encoder and decoder, as in the TensorFlow tutorial."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.post_data import cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(124)
reference = keras.Sequential(
    [keras.Input((8,)), layers.Dense(3, activation="relu"), layers.Dense(8, activation="sigmoid")]
)
reference.compile("adam", "mse")


class Autoencoder(keras.Model):
    def __init__(self):
        super().__init__()
        self.encoder = keras.Sequential([layers.Dense(3, activation="relu")])
        self.decoder = keras.Sequential([layers.Dense(8, activation="sigmoid")])

    def call(self, x):
        return self.decoder(self.encoder(x))


autoencoder = Autoencoder()
autoencoder(np.zeros((1, 8), "float32"))
optimizer = keras.optimizers.Adam()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(x - autoencoder(x, training=True)))
    grads = tape.gradient(loss, autoencoder.trainable_variables)
    optimizer.apply_gradients(zip(grads, autoencoder.trainable_variables))
    return loss


loop = KerasLoop(autoencoder, train_step)
x = np.random.default_rng(124).uniform(size=(40, 8)).astype("float32")
batches = cut(x, x, 12)
EXPECTED = "equal"
