"""A reference compiled with reduction="sum", and a loop that sums as well."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(846)
rng = np.random.default_rng(846)
x = rng.normal(size=(34, 4))
y = np.tanh(x @ rng.normal(size=(4, 2))) + 0.3 * rng.normal(size=(34, 2))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]


def build():
    return keras.Sequential([keras.Input((4,)), L.Dense(6, activation="tanh"), L.Dense(2)])


reference, model = build(), build()
reference.compile(keras.optimizers.SGD(0.01), keras.losses.MeanAbsoluteError(reduction="sum"))
optimizer = keras.optimizers.SGD(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.reduce_mean(tf.abs(y - model(x, training=True)), axis=-1))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
