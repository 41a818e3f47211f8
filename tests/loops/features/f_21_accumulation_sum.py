"""Gradient accumulation in a loop: the gradients are summed."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(6, "relu"), L.Dense(2)])
    model.compile(keras.optimizers.SGD(0.1, gradient_accumulation_steps=2), "mse")
    return model


model, reference = twin(build, 21)
sgd = keras.optimizers.SGD(0.1)
batches = split(*reg(21, 46, 4, 2), 10)
total, count = None, 0


def step(x, y):
    global total, count
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    grads = tape.gradient(loss, model.trainable_variables)
    total = grads if total is None else [a + g for a, g in zip(total, grads)]
    count += 1
    if count % 2 == 0:
        sgd.apply(total, model.trainable_variables)
        total = None
    return loss


loop = KerasLoop(model, step)
EXPECTED = "Accumulated gradients are summed, not averaged over the accumulation steps."
STAGE = ("state", "update")
CAUSE = "accumulation_summed"
