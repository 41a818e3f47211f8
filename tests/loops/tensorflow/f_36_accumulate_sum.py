"""Gradient accumulation whose sum is applied undivided."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(896)
rng = np.random.default_rng(896)
x = rng.normal(size=(50, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(50, 3))).argmax(1)
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 50, 11)]


def build():
    return keras.Sequential([keras.Input((5,)), L.Dense(6, activation="tanh"), L.Dense(3)])


reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.1, gradient_accumulation_steps=2),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
optimizer = keras.optimizers.SGD(0.1)
accum = [tf.Variable(tf.zeros_like(v.value)) for v in model.trainable_variables]
count = 0


def train_step(x, y):
    global count
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True))
        )
    for a, g in zip(accum, tape.gradient(loss, model.trainable_variables)):
        a.assign_add(g)
    count += 1
    if count % 2 == 0:
        optimizer.apply(accum, model.trainable_variables)
        for a in accum:
            a.assign(tf.zeros_like(a))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The accumulated gradients are applied as a sum instead of as the mean over the two accumulation steps."
STAGE = ("update", "state")
CAUSE = "accumulation_summed"
