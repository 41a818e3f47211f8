"""The overridden train_step of keras.io's guide on customizing fit()."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

keras.utils.set_random_seed(453)
rng = np.random.default_rng(453)
x = rng.normal(size=(30, 4))
y = np.tanh(x @ rng.normal(size=(4, 2))) + 0.3 * rng.normal(size=(30, 2))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]


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
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


def build(kind):
    inputs = keras.Input((4,))
    outputs = L.Dense(2)(L.Dense(6, activation="tanh")(inputs))
    model = kind(inputs, outputs)
    model.compile(keras.optimizers.RMSprop(0.01), "mse", metrics=["mae"])
    return model


reference, loop = build(keras.Model), build(CustomModel)

EXPECTED = "equal"
