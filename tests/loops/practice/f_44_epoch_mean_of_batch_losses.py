"""Loop that prints the mean of the batch losses as the epoch's loss, with a smaller last batch."""

import keras
import numpy as np
import tensorflow as tf
from loops.practice_data import cut, mlp, tabular

x, y = tabular(44, n=23)
batches = cut(10, x, y)
reference = mlp(55, 4, 1)
reference.compile(keras.optimizers.SGD(0.1), "mse")
model, optimizer = mlp(56, 4, 1), keras.optimizers.SGD(0.1)
loss_fn = keras.losses.MeanSquaredError()


class Loop:
    get_weights = lambda self: model.get_weights()
    set_weights = lambda self, arrays: model.set_weights(arrays)

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True))
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))
        return float(loss)

    def train_epoch(self, batches):
        losses = [self.train_step(*batch) for batch in batches]
        return np.mean(losses)


loop = Loop()
EXPECTED = "The epoch's loss is the plain mean of the batch losses, in which the smaller last batch counts as much as the others; fit weights them by their samples."
STAGE = ("data",)
CAUSE = "last_batch_overweighted"
