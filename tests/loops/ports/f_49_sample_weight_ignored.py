"""x, y, _ = data: custom train_step with weighted data."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import KerasLoop


class Custom(keras.Sequential):
    def train_step(self, data):
        x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x, y, y_pred)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(grads, self.trainable_variables)
        return {"loss": loss}


def build(kind, seed):
    return net(
        (4,),
        [layers.Dense(6, "tanh"), layers.Dense(1)],
        keras.optimizers.SGD(0.1),
        "mse",
        seed,
        kind,
    )


batches = [(x, y, np.where(x[:, 0] > 0, 2.0, 0.5).astype("float32")) for x, y in reg(49)]
reference, loop = build(keras.Sequential, 49), KerasLoop(build(Custom, 50))

EXPECTED = "The overridden train_step unpacks the sample weights and does not use them."
STAGE = ("reduction", "data")
CAUSE = "sample_weights_ignored"
