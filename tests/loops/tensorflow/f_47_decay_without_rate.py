"""Decoupled decay without the learning rate, as the paper's lambda reads."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(329)
rng = np.random.default_rng(329)
x = rng.normal(size=(36, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(36, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]


def build():
    return keras.Sequential([keras.Input((5,)), L.Dense(6, activation="tanh"), L.Dense(1)])


reference, model = build(), build()
reference.compile(keras.optimizers.AdamW(0.01, weight_decay=0.05), "mse")
optimizer = keras.optimizers.Adam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    grads = tape.gradient(loss, model.trainable_variables)
    for v in model.trainable_variables:
        v.assign_sub(0.05 * v)
    optimizer.apply(grads, model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The decoupled weight decay is not multiplied by the learning rate."
STAGE = ("update",)
CAUSE = "decay_without_rate"
