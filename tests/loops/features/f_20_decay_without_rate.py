"""Decoupled decay by hand after the step, not multiplied by the learning rate."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(7, "tanh"), L.Dense(1)])
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9, weight_decay=0.02), "mse")
    return model


model, reference = twin(build, 20)
sgd = keras.optimizers.SGD(0.05, momentum=0.9)
batches = split(*reg(20, 33, 4, 1), 10)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    variables = model.trainable_variables
    grads = tape.gradient(loss, variables)
    for v in variables:
        v.assign(v * (1 - 0.02))
    sgd.apply(grads, variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "Weight decay is not multiplied by the learning rate."
STAGE = ("update",)
CAUSE = "decay_without_rate"
