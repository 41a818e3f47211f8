"""Overridden train_step as in the Keras guide, with sample weights."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

keras.utils.set_random_seed(16)


class CustomModel(keras.Model):
    def train_step(self, data):
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply(gradients, self.trainable_weights)
        return {"loss": loss}


def make(kind):
    inputs = keras.Input((5,))
    model = kind(inputs, layers.Dense(1)(layers.Dense(8, activation="relu")(inputs)))
    model.compile(keras.optimizers.RMSprop(0.005), "mse")
    return model


reference, loop = make(keras.Model), make(CustomModel)
x, y = regression(16)
batches = cut(x, y, 12, np.random.default_rng(16).uniform(0.2, 3, len(x)).astype("float32"))
EXPECTED = "train_step unpacks the sample weights but does not pass them to compute_loss."
STAGE = ("reduction", "loss")
CAUSE = "sample_weights_ignored"
