"""A training loop that averages the batch losses with np.mean at the end of the epoch."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = "The epoch's loss is the plain mean of the batch means, so the samples of the smaller last batch count too much."
STAGE = ("data",)

keras.utils.set_random_seed(28)
rng = np.random.default_rng(28)
x = rng.normal(size=(21, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(21, 1))).astype("float32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 21, 9)]


class Trainer:
    def __init__(self, model, optimizer, loss_fn):
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn

    def get_weights(self):
        return self.model.get_weights()

    def set_weights(self, weights):
        self.model.set_weights(weights)

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = self.loss_fn(y, self.model(x, training=True))
        grads = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.model.trainable_variables))
        return loss.numpy()

    def train_epoch(self, batches):
        losses = []
        for x, y in batches:
            losses.append(self.train_step(x, y))
        return np.mean(losses)


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(7, activation="relu"), keras.layers.Dense(1)]
    )


loop = Trainer(build(), keras.optimizers.Adamax(0.01), keras.losses.MeanAbsoluteError())
reference = build()
reference.compile(keras.optimizers.Adamax(0.01), "mae")
CAUSE = "last_batch_overweighted"
