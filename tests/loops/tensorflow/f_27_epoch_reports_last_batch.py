"""A training loop that prints the loss variable left over from its last batch."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

keras.utils.set_random_seed(948)
rng = np.random.default_rng(948)
x = rng.normal(size=(34, 6)).astype("float32")
y = (x @ rng.normal(size=(6, 3)) + rng.normal(size=(34, 3))).argmax(1)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]


def build():
    return keras.Sequential([keras.Input((6,)), L.Dense(6, activation="relu"), L.Dense(3)])


reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
optimizer = keras.optimizers.SGD(0.1)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


class Trainer:
    def get_weights(self):
        return model.get_weights()

    def set_weights(self, ws):
        model.set_weights(ws)

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True))
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return float(loss)

    def train_epoch(self, batches):
        for x, y in batches:
            loss = self.train_step(x, y)
        return loss


loop = Trainer()

EXPECTED = (
    "The loss reported for an epoch is that of its last batch only, not the mean over all samples."
)
STAGE = ("data",)
CAUSE = "last_batch_reported"
