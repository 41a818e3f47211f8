"""keras.losses.mse(y, y_pred) is a vector; the tape sums it silently."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import KerasLoop


class Custom(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = keras.losses.mean_squared_error(y, self(x, training=True))
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(grads, self.trainable_variables)
        return {"loss": tf.reduce_mean(loss)}


def build(kind, seed):
    return net(
        (4,),
        [layers.Dense(6, "tanh"), layers.Dense(2)],
        keras.optimizers.SGD(0.01),
        "mse",
        seed,
        kind,
    )


batches = reg(51, k=2)
reference, loop = build(keras.Sequential, 51), KerasLoop(build(Custom, 52))

EXPECTED = "tape.gradient gets the vector of the samples' losses, so the gradients are summed over the batch and not averaged."
STAGE = ("gradients", "reduction")
CAUSE = "gradient_summed"
