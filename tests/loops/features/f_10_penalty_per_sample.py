"""A penalty that a loop divides by the batch size, as the formulas of Andrew Ng's course do."""

import keras
import tensorflow as tf
from loops.feature_data import L, binary, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    l2 = keras.regularizers.L2(0.1)
    model = keras.Sequential(
        [
            L.Input((4,)),
            L.Dense(5, "sigmoid", kernel_regularizer=l2),
            L.Dense(1, "sigmoid", kernel_regularizer=l2),
        ]
    )
    model.compile(keras.optimizers.SGD(0.5), "binary_crossentropy")
    return model


model, reference = twin(build, 10)
batches = split(*binary(10, 27, 4), 8)
bce = keras.losses.BinaryCrossentropy()


def step(x, y):
    m = len(x)
    with tf.GradientTape() as tape:
        loss = bce(y, model(x, training=True)) + tf.add_n(model.losses) / m
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "The penalty is divided by the batch size."
STAGE = ("regularization",)
CAUSE = "penalty_divided"
