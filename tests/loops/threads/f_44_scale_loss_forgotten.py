"""mixed_float16 with a train_step override written before mixed precision was switched on."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = "The loss is not scaled with optimizer.scale_loss before the gradient, but the LossScaleOptimizer divides the gradients by the scale all the same, so the update is 2**15 times too small."
STAGE = ("gradients", "update")

keras.utils.set_random_seed(45)
rng = np.random.default_rng(45)
x = rng.normal(size=(30, 6)).astype("float32")
y = (np.sin(x @ rng.normal(size=(6, 1))) + 0.1 * rng.normal(size=(30, 1))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 30, 8)]


class CustomModel(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred)
        trainable_vars = self.trainable_variables
        gradients = tape.gradient(loss, trainable_vars)
        self.optimizer.apply(gradients, trainable_vars)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": self._loss_tracker.result()}


def build(cls):
    inputs = keras.Input((6,))
    h = keras.layers.Dense(8, activation="relu", dtype="mixed_float16")(inputs)
    model = cls(inputs, keras.layers.Dense(1, dtype="float32")(h))
    model.compile(keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1)), "mse")
    return model


loop, reference = build(CustomModel), build(keras.Model)
CAUSE = "loss_scale_missing"
