"""The first loop of many a tutorial, on a model whose layers carry kernel_regularizer."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [
            L.Input((4,)),
            L.Dense(8, "relu", kernel_regularizer="l2"),
            L.Dense(2, kernel_regularizer=keras.regularizers.L1(0.02)),
        ]
    )
    model.compile(keras.optimizers.Adafactor(0.01), "mae")
    return model


model, reference = twin(build, 7)
batches = split(*reg(7, 28, 4, 2), 10)
mae = keras.losses.MeanAbsoluteError()


@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = mae(y, model(x, training=True))
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "The regularization losses (model.losses) are not added to the loss."
STAGE = ("regularization",)
CAUSE = "penalty_missing"
