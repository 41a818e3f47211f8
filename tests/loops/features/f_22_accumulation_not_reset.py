"""Gradient accumulation whose accumulators are never cleared."""

import keras
import tensorflow as tf
from loops.feature_data import L, binary, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((5,)), L.Dense(6, "tanh"), L.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.Adam(0.02, gradient_accumulation_steps=2), "binary_crossentropy")
    return model


model, reference = twin(build, 22)
adam = keras.optimizers.Adam(0.02)
batches = split(*binary(22, 45, 5), 10)
bce = keras.losses.BinaryCrossentropy()
held = [tf.Variable(tf.zeros(v.shape)) for v in model.trainable_variables]
count = 0


def step(x, y):
    global count
    with tf.GradientTape() as tape:
        loss = bce(y, model(x, training=True))
    for h, g in zip(held, tape.gradient(loss, model.trainable_variables)):
        h.assign_add(g / 2)
    count += 1
    if count % 2 == 0:
        adam.apply([h.value() for h in held], model.trainable_variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "The gradient accumulators are not reset after an update."
STAGE = ("state", "update")
CAUSE = "accumulator_kept"
