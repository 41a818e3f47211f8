"""A counter increased before the schedule is read."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(254)
rng = np.random.default_rng(254)
x = rng.normal(size=(50, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(50, 3))).argmax(1)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 50, 12)]


def build():
    return keras.Sequential([keras.Input((5,)), L.Dense(5, activation="relu"), L.Dense(3)])


reference, model = build(), build()
schedule = keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.5)
reference.compile(
    keras.optimizers.SGD(schedule), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
optimizer = keras.optimizers.SGD(0.1)
step = 0


def train_step(x, y):
    global step
    step += 1
    optimizer.learning_rate = 0.1 / (1 + 0.5 * step)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True))
        )
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The schedule is evaluated one step ahead (at step t + 1 instead of t)."
STAGE = ("update", "state")
CAUSE = "schedule_offset"
