"""The train_step of Keras's guide, with compute_loss and batch normalization."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import images, net

from kerasfoundations.diagnose import KerasLoop


class Custom(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred)
        grads = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.trainable_weights))
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {"loss": loss}


def build(kind, seed):
    rows = [
        layers.Conv2D(3, 3),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.GlobalMaxPooling2D(),
        layers.Dense(3, "softmax"),
    ]
    return net(
        (6, 6, 3), rows, keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", seed, kind
    )


batches = images(145)
reference, loop = build(keras.Sequential, 145), KerasLoop(build(Custom, 146))

EXPECTED = "equal"
