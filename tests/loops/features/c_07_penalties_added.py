"""tf.function, and sum(model.losses) added to the loss."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [
            L.Input((4,)),
            L.Dense(8, "relu", kernel_regularizer="l2"),
            L.Dense(
                2, kernel_regularizer=keras.regularizers.L1L2(0.02, 0.01), bias_regularizer="l2"
            ),
        ]
    )
    model.compile(keras.optimizers.Adam(0.005), "mae")
    return model


model, reference = twin(build, 107)
batches = split(*reg(107, 28, 4, 2), 10)
mae = keras.losses.MeanAbsoluteError()


@tf.function(reduce_retracing=True)
def step(x, y):
    with tf.GradientTape() as tape:
        loss = mae(y, model(x, training=True)) + sum(model.losses)
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
