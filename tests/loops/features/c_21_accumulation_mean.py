"""Gradient accumulation: the mean over two batches."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(6, "relu"), L.Dense(2)])
    model.compile(keras.optimizers.SGD(0.1, gradient_accumulation_steps=2), "mse")
    return model


model, reference = twin(build, 121)
sgd = keras.optimizers.SGD(0.1)
batches = split(*reg(121, 46, 4, 2), 10)
waiting = []


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    waiting.append(tape.gradient(loss, model.trainable_variables))
    if len(waiting) == 2:
        sgd.apply([tf.add_n(g) / 2 for g in zip(*waiting)], model.trainable_variables)
        waiting.clear()
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
