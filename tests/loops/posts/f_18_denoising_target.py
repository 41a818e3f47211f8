"""Denoising autoencoder with a loop of one's own."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.post_data import cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(18)


def make():
    return keras.Sequential(
        [keras.Input((8,)), layers.Dense(4, activation="relu"), layers.Dense(8)]
    )


reference = make()
reference.compile(keras.optimizers.Adam(0.01), "mse")
model = make()
optimizer = keras.optimizers.Adam(0.01)
mse = keras.losses.MeanSquaredError()


@tf.function
def step(noisy, clean):
    with tf.GradientTape() as tape:
        reconstruction = model(noisy, training=True)
        loss = mse(noisy, reconstruction)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, lambda x, y: step(x, y))
rng = np.random.default_rng(18)
clean = rng.uniform(size=(40, 8)).astype("float32")
batches = cut(clean + 0.3 * rng.normal(size=clean.shape).astype("float32"), clean, 12)
EXPECTED = "The reconstruction is compared with the noisy input instead of the clean target."
STAGE = ("loss", "data")
CAUSE = "targets_are_inputs"
