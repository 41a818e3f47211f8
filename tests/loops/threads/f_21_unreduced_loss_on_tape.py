"""train_step override with a loss of reduction="none", whose vector goes straight to tape.gradient."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = "The loss on the tape is not reduced (a vector of sample losses), so that tape.gradient sums over the batch instead of averaging."
STAGE = ("reduction", "gradients")

keras.utils.set_random_seed(21)
rng = np.random.default_rng(21)
x = rng.normal(size=(27, 4)).astype("float32")
y = (x[:, :1] + 0.7 * rng.normal(size=(27, 1)) > 0).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 27, 8)]
loss_fn = tf.keras.losses.BinaryCrossentropy(reduction="none")


class CustomModel(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = loss_fn(y, y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        self._loss_tracker.update_state(tf.reduce_mean(loss), sample_weight=tf.shape(x)[0])
        return {"loss": self._loss_tracker.result()}


def build(cls):
    inputs = keras.Input((4,))
    h = keras.layers.Dense(6, activation="tanh")(inputs)
    model = cls(inputs, keras.layers.Dense(1, activation="sigmoid")(h))
    model.compile(keras.optimizers.SGD(0.1), "binary_crossentropy")
    return model


loop, reference = build(CustomModel), build(keras.Model)
CAUSE = "gradient_summed"
