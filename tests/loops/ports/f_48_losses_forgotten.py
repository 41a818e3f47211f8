"""Custom train_step with a hand-written loss."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import binary, net

from kerasfoundations.diagnose import KerasLoop


class Custom(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.binary_crossentropy(y, self(x, training=True)))
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {"loss": loss}


def build(kind, seed):
    rows = [
        layers.Dense(6, "relu", kernel_regularizer="l2"),
        layers.Dense(1, "sigmoid", kernel_regularizer="l2"),
    ]
    return net((5,), rows, keras.optimizers.SGD(0.1), "binary_crossentropy", seed, kind)


batches = binary(48)
reference, loop = build(keras.Sequential, 48), KerasLoop(build(Custom, 49))

EXPECTED = "The overridden train_step forgets self.losses, so the kernels' penalties are missing."
STAGE = ("regularization",)
CAUSE = "penalty_missing"
