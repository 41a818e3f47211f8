"""A schedule object called with the loop's own counter."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(29)
rng = np.random.default_rng(29)
x = rng.normal(size=(50, 4)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(50, 1)) > 0).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 50, 10)]


def build():
    return keras.Sequential([keras.Input((4,)), L.Dense(6, activation="tanh"), L.Dense(1)])


reference, model = build(), build()
schedule = keras.optimizers.schedules.PiecewiseConstantDecay([1, 3], [0.5, 0.1, 0.02])
reference.compile(keras.optimizers.SGD(schedule), keras.losses.BinaryCrossentropy(from_logits=True))
global_step = tf.Variable(0, dtype=tf.int64)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, model(x, training=True)))
    lr = schedule(global_step)
    for v, g in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
        v.assign_sub(lr * g)
    global_step.assign_add(1)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
