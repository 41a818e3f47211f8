"""A train_step override in the old style (compiled_loss replaced by a loss object), with Adafactor."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = "equal"

keras.utils.set_random_seed(118)
rng = np.random.default_rng(118)
x = rng.normal(size=(31, 6)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(31, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 31, 9)]
loss_tracker = keras.metrics.Mean(name="loss")
loss_fn = keras.losses.SparseCategoricalCrossentropy()


class OwnStep(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = loss_fn(y, self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": loss_tracker.result()}

    @property
    def metrics(self):
        return [loss_tracker]


def build(cls):
    inputs = keras.Input((6,))
    h = keras.layers.Dense(8, activation="relu")(inputs)
    h = keras.layers.Dense(5, activation="relu")(h)
    model = cls(inputs, keras.layers.Dense(3, activation="softmax")(h))
    model.compile(keras.optimizers.Adafactor(0.02), "sparse_categorical_crossentropy")
    return model


loop, reference = build(OwnStep), build(keras.Model)
