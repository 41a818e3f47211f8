"""Learning rate from a formula with a Python counter, instead of a schedule object."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(27)
rng = np.random.default_rng(27)
x = rng.normal(size=(60, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(60, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 60, 12)]


def build():
    return keras.Sequential([keras.Input((4,)), L.Dense(5, activation="relu"), L.Dense(1)])


reference, model = build(), build()
schedule = keras.optimizers.schedules.ExponentialDecay(
    0.1, decay_steps=2, decay_rate=0.5, staircase=True
)
reference.compile(keras.optimizers.SGD(schedule, momentum=0.9), "mse")
velocities = [tf.zeros_like(v.value) for v in model.trainable_variables]
step = 0


def train_step(x, y):
    global step
    lr = 0.1 * 0.5 ** (step // 2)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    for i, (v, g) in enumerate(
        zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables))
    ):
        velocities[i] = 0.9 * velocities[i] - lr * g
        v.assign_add(velocities[i])
    step += 1
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
