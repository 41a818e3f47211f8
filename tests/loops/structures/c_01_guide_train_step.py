"""The guide's train_step with compute_loss and a loop over the metrics, on a functional model."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(201)
rng = np.random.default_rng(201)
x = rng.normal(size=(44, 5)).astype("float32")
y = rng.integers(0, 3, 44)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


class CustomModel(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


def build(kind):
    i = keras.Input((5,))
    h = keras.layers.Dense(6, activation="relu", kernel_regularizer=keras.regularizers.L2(0.02))(i)
    model = kind(i, keras.layers.Dense(3, activation="softmax")(h))
    model.compile(
        keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


loop, reference = build(CustomModel), build(keras.Model)
EXPECTED = "equal"
