"""tf.clip_by_global_norm for global_clipnorm."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(7, "relu"), L.Dense(7, "relu"), L.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1, global_clipnorm=0.3), "mse")
    return model


model, reference = twin(build, 113)
x, y = reg(113, 31, 4, 1)
batches = split(x, 3 * y, 8)


def step(x, y):
    variables = model.trainable_variables
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    grads, _ = tf.clip_by_global_norm(tape.gradient(loss, variables), 0.3)
    for v, g in zip(variables, grads):
        v.assign_sub(0.1 * g)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
