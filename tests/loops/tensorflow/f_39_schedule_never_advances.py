"""A hand-written update that reads schedule(0) for ever."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(822)
rng = np.random.default_rng(822)
x = rng.normal(size=(50, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(50, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 50, 10)]


def build():
    return keras.Sequential([keras.Input((4,)), L.Dense(5, activation="relu"), L.Dense(1)])


reference, model = build(), build()
schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.6)
reference.compile(keras.optimizers.SGD(schedule), "mse")
lr = float(schedule(0))


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    for v, g in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
        v.assign_sub(lr * g)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = (
    "The learning-rate schedule is always evaluated at step 0, so the learning rate never decays."
)
STAGE = ("state",)
CAUSE = "schedule_frozen"
