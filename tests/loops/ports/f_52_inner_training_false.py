"""Predictions copied from the evaluation function into train_step."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import images, net

from kerasfoundations.diagnose import KerasLoop


class Custom(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=False))
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(grads, self.trainable_variables)
        return {"loss": loss}


def build(kind, seed):
    rows = [
        layers.Conv2D(3, 3),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(3),
    ]
    return net(
        (6, 6, 3),
        rows,
        keras.optimizers.SGD(0.05),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        seed,
        kind,
    )


batches = images(52)
reference, loop = build(keras.Sequential, 52), KerasLoop(build(Custom, 53))

EXPECTED = "train_step calls the model with training=False, so batch normalization uses (and never updates) its moving statistics."
STAGE = ("outputs", "state")
CAUSE = "batch_norm_mode"
