"""keras.io's train_step that supports sample_weight through compute_loss."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

keras.utils.set_random_seed(955)
rng = np.random.default_rng(955)
x = rng.normal(size=(32, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(32, 1))
x, y = x.astype("float32"), y.astype("float32")
sample_weight = rng.uniform(0.2, 2.0, 32).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12], sample_weight[i : i + 12]) for i in range(0, 32, 12)]


class CustomModel(keras.Model):
    def train_step(self, data):
        if len(data) == 3:
            x, y, sample_weight = data
        else:
            sample_weight = None
            x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred, sample_weight=sample_weight)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss}


def build(kind):
    inputs = keras.Input((5,))
    model = kind(inputs, L.Dense(1)(L.Dense(7, activation="gelu")(inputs)))
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), keras.losses.Huber(0.5))
    return model


reference, loop = build(keras.Model), build(CustomModel)

EXPECTED = "equal"
