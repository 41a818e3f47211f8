"""A schedule called with a counter that is increased before the step."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop

schedule = keras.optimizers.schedules.PiecewiseConstantDecay([1, 3], [0.2, 0.05, 0.01])


def build():
    model = keras.Sequential([L.Input((5,)), L.Dense(6, "relu"), L.Dense(2)])
    model.compile(keras.optimizers.SGD(schedule, momentum=0.5), "mse")
    return model


model, reference = twin(build, 17)
batches = split(*reg(17, 38, 5, 2), 8)
sgd = keras.optimizers.SGD(0.2, momentum=0.5)
count = 0


def step(x, y):
    global count
    count += 1
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    sgd.learning_rate = schedule(count)
    sgd.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "The schedule is one step ahead: the counter starts at 1 instead of 0."
STAGE = ("state", "update")
CAUSE = "schedule_offset"
