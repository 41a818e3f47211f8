"""The hinge loss on labels 0 and 1."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(606)
rng = np.random.default_rng(606)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(40, 1)) > 0).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 40, 14)]


def build():
    return keras.Sequential([keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(1)])


reference, model = build(), build()
reference.compile(keras.optimizers.Adafactor(0.02), "hinge")
optimizer = keras.optimizers.Adafactor(0.02)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.maximum(0.0, 1.0 - y * model(x, training=True)))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The hinge loss is taken with labels 0 and 1, which are not converted to -1 and 1 as Keras does."
STAGE = ("loss",)
CAUSE = "hinge_labels"
