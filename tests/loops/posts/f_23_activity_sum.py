"""Sparse autoencoder with the penalty of the hidden code written out."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.post_data import cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(23)
reference = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(6, activation="relu", activity_regularizer=keras.regularizers.L1(0.01)),
        layers.Dense(8),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
encoder = keras.Sequential([keras.Input((8,)), layers.Dense(6, activation="relu")])
decoder = keras.Sequential([keras.Input((6,)), layers.Dense(8)])
model = keras.Sequential([keras.Input((8,)), encoder, decoder])
optimizer = keras.optimizers.SGD(0.05)


def train_step(x, y):
    with tf.GradientTape() as tape:
        code = encoder(x)
        loss = tf.reduce_mean(tf.square(decoder(code) - y)) + 0.01 * tf.reduce_sum(tf.abs(code))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x = np.random.default_rng(23).normal(size=(40, 8)).astype("float32")
batches = cut(x, x, 12)
EXPECTED = "The activity penalty is summed over the batch instead of divided by the batch size."
STAGE = ("regularization",)
CAUSE = "activity_penalty_summed"
