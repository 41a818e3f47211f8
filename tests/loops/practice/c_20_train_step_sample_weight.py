"""train_step override that hands sample weights to compute_loss."""

import keras
import numpy as np
import tensorflow as tf
from loops.practice_data import cut, mlp, rare

x, y = rare(120)
weight = np.where(y[:, 0] > 0, 2.5, 0.6).astype("float32")
batches = cut(11, x, y, weight)


class Classifier(keras.Model):
    def train_step(self, data):
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(grads, self.trainable_variables)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": loss}


def build(kind):
    base = mlp(120, 4, 1, "sigmoid")
    model = kind(base.inputs, base.outputs)
    model.compile(
        keras.optimizers.Lion(0.005), keras.losses.BinaryCrossentropy(label_smoothing=0.1)
    )
    return model


loop, reference = build(Classifier), build(keras.Model)

EXPECTED = "equal"
