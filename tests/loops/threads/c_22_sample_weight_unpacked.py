"""train_step override with keras.utils.unpack_x_y_sample_weight, imbalanced classes."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = "equal"

keras.utils.set_random_seed(122)
rng = np.random.default_rng(122)
x = rng.normal(size=(34, 4)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(34, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 34, 10)]
weight = np.array([0.5, 2.0, 1.3], "float32")[y]
batches = [(x[i : i + 10], y[i : i + 10], weight[i : i + 10]) for i in range(0, 34, 10)]


class Weighted(keras.Model):
    def train_step(self, data):
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            losses = keras.losses.sparse_categorical_crossentropy(y, y_pred)
            if sample_weight is not None:
                losses = losses * tf.reshape(sample_weight, [-1])
            loss = tf.reduce_mean(losses)
        self.optimizer.apply_gradients(
            zip(tape.gradient(loss, self.trainable_weights), self.trainable_weights)
        )
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": self._loss_tracker.result()}


def build(cls):
    inputs = keras.Input((4,))
    h = keras.layers.Dense(6, activation="mish")(inputs)
    model = cls(inputs, keras.layers.Dense(3, activation="softmax")(h))
    model.compile(keras.optimizers.Adam(0.01, amsgrad=True), "sparse_categorical_crossentropy")
    return model


loop, reference = build(Weighted), build(keras.Model)
