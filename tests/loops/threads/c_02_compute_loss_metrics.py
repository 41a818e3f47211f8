"""The Keras guide's train_step override with compute_loss and metrics, with L2 in the layers."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = "equal"

keras.utils.set_random_seed(102)
rng = np.random.default_rng(102)
x = rng.normal(size=(29, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 2))) + 0.1 * rng.normal(size=(29, 2))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 29, 8)]


class CustomModel(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred)
        trainable_vars = self.trainable_variables
        gradients = tape.gradient(loss, trainable_vars)
        self.optimizer.apply(gradients, trainable_vars)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(x)[0])
            else:
                metric.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


def build(cls):
    inputs = keras.Input((5,))
    h = keras.layers.Dense(
        7, activation="relu", kernel_regularizer=keras.regularizers.L1L2(0.002, 0.01)
    )(inputs)
    model = cls(inputs, keras.layers.Dense(2, bias_regularizer="l2")(h))
    model.compile(keras.optimizers.RMSprop(0.004, rho=0.8, momentum=0.5), "mse")
    return model


loop, reference = build(CustomModel), build(keras.Model)
