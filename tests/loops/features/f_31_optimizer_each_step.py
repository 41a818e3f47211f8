"""An optimizer created within the train step."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(8, "relu"), L.Dense(1)])
    model.compile(keras.optimizers.Adagrad(0.1), "mse")
    return model


model, reference = twin(build, 31)
batches = split(*reg(31, 32, 4, 1), 10)


def step(x, y):
    optimizer = keras.optimizers.Adagrad(0.1)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "The optimizer is created anew in each step, so its accumulators are lost."
STAGE = ("state",)
CAUSE = "slots_reset"
