"""Three batches to an update of Adam with clipping, with tf.Variable accumulators."""

import keras
import tensorflow as tf
from loops.feature_data import L, binary, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((5,)), L.Dense(6, "tanh"), L.Dense(1, "sigmoid")])
    model.compile(
        keras.optimizers.Adam(0.02, gradient_accumulation_steps=3, global_clipnorm=0.1),
        "binary_crossentropy",
    )
    return model


model, reference = twin(build, 122)
adam = keras.optimizers.Adam(0.02)
batches = split(*binary(122, 55, 5), 10)
bce = keras.losses.BinaryCrossentropy()
held = [tf.Variable(tf.zeros(v.shape)) for v in model.trainable_variables]
count = tf.Variable(0)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = bce(y, model(x, training=True))
        third = loss / 3
    for h, g in zip(held, tape.gradient(third, model.trainable_variables)):
        h.assign_add(g)
    if count.assign_add(1) % 3 == 0:
        clipped, _ = tf.clip_by_global_norm([h.value() for h in held], 0.1)
        adam.apply(clipped, model.trainable_variables)
        for h in held:
            h.assign(tf.zeros_like(h))
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
