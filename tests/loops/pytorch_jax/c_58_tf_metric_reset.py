"""A Mean metric of the loss, reset at the start of each epoch."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

L = keras.layers
rng = np.random.default_rng(1599)
keras.utils.set_random_seed(1599)

x = rng.normal(size=(50, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
model = keras.Sequential([keras.Input((5,)), L.Dense(8, activation="relu"), L.Dense(1)])
optimizer = keras.optimizers.SGD(0.05)
mean_loss = keras.metrics.Mean()


class Loop(KerasLoop):
    def train_epoch(self, batches):
        mean_loss.reset_state()
        for x, y in batches:
            mean_loss.update_state(self.train_step(x, y), sample_weight=len(x))
        return float(mean_loss.result())


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = Loop(model, train_step)
EXPECTED = "equal"
