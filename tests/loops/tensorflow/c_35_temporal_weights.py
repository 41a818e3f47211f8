"""Sample weights for each time step, multiplied by hand."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

keras.utils.set_random_seed(125)
rng = np.random.default_rng(10)
x = rng.normal(size=(26, 5, 3)).astype("float32")
y = np.cumsum(x[..., :1], axis=1)
w = rng.uniform(0, 2, size=(26, 5)).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10], w[i : i + 10]) for i in range(0, 26, 10)]


def build(kind):
    inputs = keras.Input((5, 3))
    model = kind(inputs, L.Dense(1)(L.GRU(4, return_sequences=True)(inputs)))
    model.compile(keras.optimizers.RMSprop(0.01), "mse")
    return model


class Temporal(keras.Model):
    def train_step(self, data):
        x, y, w = keras.utils.unpack_x_y_sample_weight(data)
        if w is None:
            w = tf.ones(tf.shape(y)[:2])
        with tf.GradientTape() as tape:
            squared = tf.reduce_mean((self(x, training=True) - y) ** 2, axis=-1)
            loss = tf.reduce_mean(squared * w)
        self.optimizer.apply(
            tape.gradient(loss, self.trainable_variables), self.trainable_variables
        )
        return {"loss": loss}


reference, loop = build(keras.Model), build(Temporal)

EXPECTED = "equal"
