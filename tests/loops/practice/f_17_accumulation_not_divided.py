"""Gradient accumulation over two batches in a custom loop."""

import keras
import tensorflow as tf
from loops.practice_data import cut, mlp, tabular

from kerasfoundations.diagnose import KerasLoop

x, y = tabular(17, n=34)
batches = cut(9, x, y)
reference = mlp(20, 4, 1)
reference.compile(keras.optimizers.SGD(0.05, gradient_accumulation_steps=2), "mse")
model, optimizer = mlp(21, 4, 1), keras.optimizers.SGD(0.05)
total = [tf.Variable(tf.zeros(v.shape)) for v in model.trainable_variables]
count = 0


def train_step(x, y):
    global count
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    for a, g in zip(total, tape.gradient(loss, model.trainable_variables)):
        a.assign_add(g)
    count += 1
    if count % 2 == 0:
        optimizer.apply_gradients(zip([a.value() for a in total], model.trainable_variables))
        for a in total:
            a.assign(tf.zeros_like(a))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The accumulated gradients are summed over the two batches and not divided by 2."
STAGE = ("update", "state")
CAUSE = "accumulation_summed"
