"""compute_loss, which already contains the penalties, plus sum(self.losses)."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

keras.utils.set_random_seed(295)
rng = np.random.default_rng(295)
x = rng.normal(size=(34, 6))
y = np.tanh(x @ rng.normal(size=(6, 1))) + 0.3 * rng.normal(size=(34, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]


class Twice(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x, y, y_pred)
            loss += sum(self.losses)
        self.optimizer.apply(
            tape.gradient(loss, self.trainable_variables), self.trainable_variables
        )
        return {"loss": loss}


def build(kind):
    model = kind(
        [
            keras.Input((6,)),
            L.Dense(6, activation="relu", kernel_regularizer=keras.regularizers.L2(0.03)),
            L.Dense(1),
        ]
    )
    model.compile(keras.optimizers.SGD(0.05), "mse")
    return model


reference, loop = build(keras.Sequential), build(Twice)

EXPECTED = "The regularization losses are added twice: compute_loss already contains them."
STAGE = ("regularization",)
CAUSE = "penalty_doubled"
