"""A train_step override with sample weights and a weighted mean."""

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
            loss = tf.reduce_sum(losses * sample_weight) / tf.reduce_sum(sample_weight)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


keras.utils.set_random_seed(33)


def build(kind):
    model = kind([keras.Input((4,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.05), "mse")
    return model


loop, reference = build(Model), build(keras.Sequential)
rng = np.random.default_rng(33)
batches = [(x, y, rng.uniform(0.5, 3, len(x)).astype("float32")) for x, y in regression(33)]

EXPECTED = "The weighted losses are divided by the sum of the weights, where Keras divides by the number of samples."
STAGE = ("reduction",)
CAUSE = "sample_weights_normalized"
