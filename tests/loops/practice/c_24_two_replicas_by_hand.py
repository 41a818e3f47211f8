"""Distributed-style step: two halves of a batch, losses scaled by the global size, gradients summed."""

import keras
import tensorflow as tf
from loops.practice_data import cut, mlp, tabular

from kerasfoundations.diagnose import KerasLoop

x, y = tabular(124, n=28, out=1)
batches = cut(11, x, y)
reference = mlp(124, 4, 1, kernel_regularizer=keras.regularizers.L2(0.05))
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
model = mlp(7, 4, 1, kernel_regularizer=keras.regularizers.L2(0.05))
optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
mse = keras.losses.MeanSquaredError(reduction="none")


def replica(x, y, size, replicas=2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(mse(y, model(x, training=True))) / size
        loss += tf.add_n(model.losses) / replicas
    return loss, tape.gradient(loss, model.trainable_variables)


def train_step(x, y):
    half = (len(x) + 1) // 2
    loss_a, grads_a = replica(x[:half], y[:half], len(x))
    loss_b, grads_b = replica(x[half:], y[half:], len(x))
    optimizer.apply([a + b for a, b in zip(grads_a, grads_b)], model.trainable_variables)
    return loss_a + loss_b


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
