"""A loop that forgot training=True with dropout."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop

RANDOM = True


def build():
    model = keras.Sequential([L.Input((5,)), L.Dense(16, "relu"), L.Dropout(0.5), L.Dense(2)])
    model.compile(keras.optimizers.SGD(0.05), "mse")
    return model


model, reference = twin(build, 29)
batches = split(*reg(29, 41, 5, 2), 12)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=False) - y) ** 2)
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "Dropout is not active in training: the model is called with training=False."
STAGE = ("outputs",)
CAUSE = "dropout_mode"
