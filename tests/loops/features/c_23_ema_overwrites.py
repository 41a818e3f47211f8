"""The average of the weights by hand, which overwrites them every second step."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(7, "relu"), L.Dense(1)])
    model.compile(
        keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=2), "mse"
    )
    return model


model, reference = twin(build, 123)
batches = split(*reg(123, 42, 4, 1), 10)
average, done = None, 0


def step(x, y):
    global average, done
    variables = model.trainable_variables
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    for v, g in zip(variables, tape.gradient(loss, variables)):
        v.assign_sub(0.1 * g)
    now = [tf.identity(v.value) for v in variables]
    average = now if average is None else [0.8 * a + 0.2 * w for a, w in zip(average, now)]
    done += 1
    if done % 2 == 0:
        for v, a in zip(variables, average):
            v.assign(a)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
