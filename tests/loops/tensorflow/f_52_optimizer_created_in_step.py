"""The optimizer built inside train_step."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(71)
rng = np.random.default_rng(71)
x = rng.normal(size=(40, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(40, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 40, 14)]


def build():
    return keras.Sequential([keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(1)])


reference, model = build(), build()
reference.compile(keras.optimizers.RMSprop(0.01), "mse")


def train_step(x, y):
    optimizer = keras.optimizers.RMSprop(learning_rate=0.01)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = (
    "A new optimizer is created in every step, so momentum never builds up (its state is lost)."
)
STAGE = ("state",)
CAUSE = "slots_reset"
