"""Gradient accumulation over two batches with tf.Variables, applied with the mean."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(550)
rng = np.random.default_rng(550)
x = rng.normal(size=(44, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(44, 3))).argmax(1)
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 44, 10)]


def build():
    return keras.Sequential([keras.Input((5,)), L.Dense(6, activation="tanh"), L.Dense(3)])


reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.1, gradient_accumulation_steps=2),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
optimizer = keras.optimizers.SGD(0.1)
accum = [tf.Variable(tf.zeros_like(v.value), trainable=False) for v in model.trainable_variables]
counter = tf.Variable(0)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True))
        )
    for a, g in zip(accum, tape.gradient(loss, model.trainable_variables)):
        a.assign_add(g / 2)
    counter.assign_add(1)
    if counter % 2 == 0:
        optimizer.apply(accum, model.trainable_variables)
        for a in accum:
            a.assign(tf.zeros_like(a))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
