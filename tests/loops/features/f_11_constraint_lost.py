"""A hand-written SGD over a model whose layers carry constraints."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [
            L.Input((4,)),
            L.Dense(6, "tanh", kernel_constraint=keras.constraints.MaxNorm(0.7)),
            L.Dense(2),
        ]
    )
    model.compile(keras.optimizers.SGD(0.2), "mse")
    return model


model, reference = twin(build, 11)
batches = split(*reg(11, 30, 4, 2), 12)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    for v, g in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
        v.assign_sub(0.2 * g)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "The kernel constraint (max norm) is not applied after the update."
STAGE = ("update",)
CAUSE = "constraint_missing"
