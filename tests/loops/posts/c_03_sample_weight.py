"""Overridden train_step with sample weights and compute_loss."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.post_data import binary, cut

keras.utils.set_random_seed(103)


class CustomModel(keras.Sequential):
    def train_step(self, data):
        if len(data) == 3:
            x, y, sample_weight = data
        else:
            sample_weight = None
            x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {"loss": loss}


def make(kind):
    model = kind(
        [
            keras.Input((5,)),
            layers.Dense(7, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    return model


reference, loop = make(keras.Sequential), make(CustomModel)
x, y = binary(103)
batches = cut(x, y, 12, np.random.default_rng(3).uniform(0.1, 3, len(x)).astype("float32"))
EXPECTED = "equal"
