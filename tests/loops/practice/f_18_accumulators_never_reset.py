"""Gradient accumulation where zeroing the accumulators was forgotten."""

import keras
import tensorflow as tf
from loops.practice_data import cut, labelled, mlp

from kerasfoundations.diagnose import KerasLoop

x, y = labelled(18, n=46)
batches = cut(8, x, y)
reference = mlp(22, 4, 3, "softmax")
reference.compile(
    keras.optimizers.SGD(0.1, gradient_accumulation_steps=2), "sparse_categorical_crossentropy"
)
model, optimizer = mlp(23, 4, 3, "softmax"), keras.optimizers.SGD(0.1)
loss_fn = keras.losses.SparseCategoricalCrossentropy()
total = [tf.Variable(tf.zeros(v.shape)) for v in model.trainable_variables]
count = 0


def train_step(x, y):
    global count
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    for a, g in zip(total, tape.gradient(loss, model.trainable_variables)):
        a.assign_add(g / 2)
    count += 1
    if count % 2 == 0:
        optimizer.apply([a.value() for a in total], model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The accumulated gradients are never set back to zero after an update."
STAGE = ("state", "update")
CAUSE = "accumulator_kept"
