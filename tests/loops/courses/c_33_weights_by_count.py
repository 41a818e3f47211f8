"""A train_step override with sample weights, divided by the number of samples."""

import keras
import numpy as np
import tensorflow as tf
from loops.course_data import regression


class Model(keras.Sequential):
    def train_step(self, data):
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            losses = tf.reduce_mean(tf.square(y - y_pred), axis=-1)
            loss = tf.reduce_sum(losses * sample_weight) / tf.cast(tf.shape(losses)[0], tf.float32)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


keras.utils.set_random_seed(133)


def build(kind):
    model = kind([keras.Input((4,)), keras.layers.Dense(6, "gelu"), keras.layers.Dense(2)])
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


loop, reference = build(Model), build(keras.Sequential)
rng = np.random.default_rng(133)
batches = [(x, y, rng.uniform(0, 3, len(x)).astype("float32")) for x, y in regression(133, k=2)]

EXPECTED = "equal"
