"""An exponential decay by its formula, with a counter that starts at 0."""

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


model, reference = twin(build, 116)
batches = split(*reg(116, 44, 4, 1, "float64"), 10)
count = 0


def step(x, y):
    global count
    rate = 0.1 * 0.7 ** (count / 2)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    for v, g in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
        v.assign_sub(rate * g)
    count += 1
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
