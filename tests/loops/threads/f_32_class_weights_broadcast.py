"""Imbalanced binary classification: weights of shape (n, 1) times a loss vector of shape (n,) in a train_step override."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = "Sample weights of shape (n, 1) times losses of shape (n,) broadcast to (n, n), so every loss is multiplied by the mean weight instead of its own."
STAGE = ("loss", "reduction")

keras.utils.set_random_seed(33)
rng = np.random.default_rng(33)
x = rng.normal(size=(30, 5)).astype("float32")
y = (x[:, :1] + 0.7 * rng.normal(size=(30, 1)) > 0).astype("float32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 30, 9)]
weight = np.where(y == 1, 4.0, 0.5).astype("float32")[:, 0]
batches = [(x[i : i + 9], y[i : i + 9], weight[i : i + 9]) for i in range(0, 30, 9)]


class WeightedModel(keras.Model):
    def train_step(self, data):
        x, y, sample_weight = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            bce = keras.losses.binary_crossentropy(y, y_pred)
            weights = tf.reshape(sample_weight, (-1, 1))
            loss = tf.reduce_mean(bce * weights)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": self._loss_tracker.result()}


def build(cls):
    inputs = keras.Input((5,))
    x = keras.layers.Dense(8, activation="relu")(inputs)
    model = cls(inputs, keras.layers.Dense(1, activation="sigmoid")(x))
    model.compile(optimizer=keras.optimizers.RMSprop(0.005), loss="binary_crossentropy")
    return model


loop, reference = build(WeightedModel), build(keras.Model)
CAUSE = "sample_weights_broadcast"
