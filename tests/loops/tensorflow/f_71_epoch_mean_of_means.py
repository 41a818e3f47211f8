"""An epoch loss as the plain mean over unequal batches."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

keras.utils.set_random_seed(376)
rng = np.random.default_rng(376)
x = rng.normal(size=(29, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(29, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 29, 12)]


def build():
    return keras.Sequential([keras.Input((4,)), L.Dense(5, activation="relu"), L.Dense(1)])


reference, model = build(), build()
reference.compile(keras.optimizers.Adamax(0.02), "mse")


class Trainer:
    def __init__(self):
        self.optimizer = keras.optimizers.Adamax(0.02)

    def get_weights(self):
        return model.get_weights()

    def set_weights(self, ws):
        model.set_weights(ws)

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        self.optimizer.apply(
            tape.gradient(loss, model.trainable_variables), model.trainable_variables
        )
        return float(loss)

    def train_epoch(self, batches):
        losses = [self.train_step(x, y) for x, y in batches]
        return sum(losses) / len(losses)


loop = Trainer()

EXPECTED = "The epoch's loss is the plain mean of the batch losses, so that the smaller last batch counts too much."
STAGE = ("data",)
CAUSE = "last_batch_overweighted"
