"""A loop that reads the learning rate once, before training."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [
            L.Input((4,), dtype="float64"),
            L.Dense(8, "selu", dtype="float64"),
            L.Dense(1, dtype="float64"),
        ]
    )
    model.compile(
        keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.7)),
        keras.losses.MeanSquaredError(dtype="float64"),
    )
    return model


model, reference = twin(build, 16)
batches = split(*reg(16, 44, 4, 1, "float64"), 10)
rate = float(reference.optimizer.learning_rate)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    for v, g in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
        v.assign_sub(rate * g)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "The learning-rate schedule is not followed: the rate stays at its first value."
STAGE = ("state", "update")
CAUSE = "schedule_frozen"
