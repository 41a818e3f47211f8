"""Distributed-style loss: losses and penalties are added first and then divided by the batch size."""

import keras
import tensorflow as tf
from loops.practice_data import cut, mlp, tabular

from kerasfoundations.diagnose import KerasLoop

x, y = tabular(24, n=28, out=1)
batches = cut(11, x, y)
reference = mlp(32, 4, 1, kernel_regularizer=keras.regularizers.L2(0.05))
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True), "mse")
model = mlp(33, 4, 1, kernel_regularizer=keras.regularizers.L2(0.05))
optimizer = keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True)
mse = keras.losses.MeanSquaredError(reduction="none")


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(mse(y, model(x, training=True))) + tf.add_n(model.losses)
        loss = loss / len(x)
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The L2 penalties are divided by the batch size together with the losses."
STAGE = ("regularization",)
CAUSE = "penalty_divided"
