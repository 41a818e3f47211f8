"""A train_step of one's own, with compute_loss (which adds the penalties)."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

L = keras.layers
rng = np.random.default_rng(1177)
keras.utils.set_random_seed(1177)


class Model(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred, training=True)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss}


def build(kind):
    model = kind(
        [
            keras.Input((5,)),
            L.Dense(8, activation="relu", kernel_regularizer="l2"),
            L.BatchNormalization(momentum=0.9),
            L.Dense(1),
        ]
    )
    model.compile(keras.optimizers.SGD(0.05), "mse")
    return model


x = rng.normal(size=(50, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = build(keras.Sequential)
loop = KerasLoop(build(Model))
EXPECTED = "equal"
