"""A sparse autoencoder whose activity penalty is written out on the code."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(303)
rng = np.random.default_rng(12)
x = rng.uniform(size=(32, 8)).astype("float32")
batches = [(x[i : i + 12], x[i : i + 12]) for i in range(0, 32, 12)]

inputs = keras.Input((8,))
code = L.Dense(4, activation="relu", activity_regularizer=keras.regularizers.L1(0.03), name="code")(
    inputs
)
reference = keras.Model(inputs, L.Dense(8, activation="sigmoid", name="decoder")(code))
reference.compile(keras.optimizers.Adam(0.01), "mse")
encoder, decoder = L.Dense(4, activation="relu"), L.Dense(8, activation="sigmoid")
model = keras.Sequential([keras.Input((8,)), encoder, decoder])
optimizer = keras.optimizers.Adam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        code = encoder(x)
        loss = tf.reduce_mean((decoder(code) - y) ** 2) + 0.03 * tf.reduce_sum(tf.abs(code)) / len(
            x
        )
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
