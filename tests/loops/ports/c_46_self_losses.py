"""A hand-written loss and add_n(self.losses)."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import KerasLoop


class Custom(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = tf.reduce_mean(tf.square(y - y_pred)) + tf.add_n(self.losses)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(grads, self.trainable_variables)
        return {"loss": loss}


def build(kind, seed):
    rows = [
        layers.Dense(6, "tanh", kernel_regularizer="l2", activity_regularizer=None),
        layers.Dense(2, kernel_regularizer="l1"),
    ]
    return net((4,), rows, keras.optimizers.RMSprop(0.003), "mse", seed, kind)


batches = reg(147, k=2)
reference, loop = build(keras.Sequential, 147), KerasLoop(build(Custom, 148))

EXPECTED = "equal"
