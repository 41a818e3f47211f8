"""mixed_float16 with scale_loss in a train_step override."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = "equal"

keras.utils.set_random_seed(134)
rng = np.random.default_rng(134)
x = rng.normal(size=(30, 6)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(30, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 30, 8)]


class CustomModel(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred)
            scaled_loss = self.optimizer.scale_loss(loss)
        gradients = tape.gradient(scaled_loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": self._loss_tracker.result()}


def build(cls):
    inputs = keras.Input((6,))
    h = keras.layers.Dense(8, activation="relu", dtype="mixed_float16")(inputs)
    model = cls(inputs, keras.layers.Dense(3, activation="softmax", dtype="float32")(h))
    model.compile(
        keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01)),
        "sparse_categorical_crossentropy",
    )
    return model


loop, reference = build(CustomModel), build(keras.Model)
