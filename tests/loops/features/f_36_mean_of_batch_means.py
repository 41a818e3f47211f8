"""Epoch loss as the mean of the losses of the batches."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, Two, reg, split, twin


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(6, "relu"), L.Dense(1)])
    model.compile(keras.optimizers.SGD(0.05), "mse")
    return model


model, reference = twin(build, 36)
x, y = reg(36, 33, 4, 1)
batches = split(x, y + 2 * (np.arange(33) > 29)[:, None].astype("float32"), 10)


class Trainer(Two):
    def train_epoch(self, batches):
        losses = []
        for x, y in batches:
            losses.append(float(self.train_step(x, y)))
        return sum(losses) / len(losses)


def step(model, x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = Trainer(model, step)
EXPECTED = "The epoch's loss is the mean of the batches' losses, without weighting the smaller last batch by its size."
STAGE = ("data",)
CAUSE = "last_batch_overweighted"
