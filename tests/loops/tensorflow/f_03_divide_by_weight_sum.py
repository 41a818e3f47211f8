"""Weighted loss normalized by the weights, as np.average and PyTorch's weighted losses do."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

keras.utils.set_random_seed(519)
rng = np.random.default_rng(519)
x = rng.normal(size=(36, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(36, 1))
x, y = x.astype("float32"), y.astype("float32")
sample_weight = rng.uniform(0.2, 2.0, 36).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14], sample_weight[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(6, activation="relu"), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse")


class Weighted(keras.Model):
    def train_step(self, data):
        x, y, w = keras.utils.unpack_x_y_sample_weight(data)
        if w is None:
            w = tf.ones(tf.shape(y)[0])
        with tf.GradientTape() as tape:
            per_sample = tf.reduce_mean((self(x, training=True) - y) ** 2, axis=-1)
            loss = tf.reduce_sum(w * per_sample) / tf.reduce_sum(w)
        self.optimizer.apply(
            tape.gradient(loss, self.trainable_variables), self.trainable_variables
        )
        return {"loss": loss}


inputs = keras.Input((4,))
loop = Weighted(inputs, L.Dense(1)(L.Dense(6, activation="relu")(inputs)))
loop.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse")

EXPECTED = "The weighted losses are divided by the sum of the sample weights instead of by the number of samples."
STAGE = ("reduction",)
CAUSE = "sample_weights_normalized"
