"""train_step override that unpacks sample weights but does not hand them on."""

import keras
import numpy as np
import tensorflow as tf
from loops.practice_data import cut, mlp, rare

x, y = rare(20)
weight = np.where(y[:, 0] > 0, 2.5, 0.6).astype("float32")
batches = cut(11, x, y, weight)


class Classifier(keras.Model):
    def train_step(self, data):
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(grads, self.trainable_variables)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": loss}


def build(kind):
    base = mlp(26, 4, 1, "sigmoid")
    model = kind(base.inputs, base.outputs)
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    return model


loop, reference = build(Classifier), build(keras.Model)
EXPECTED = "The sample weights are not passed to compute_loss, so all samples count the same."
STAGE = ("reduction", "loss")
CAUSE = "sample_weights_ignored"
