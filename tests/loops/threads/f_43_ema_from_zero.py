"""Exponential moving average of the weights kept by hand, written into the model every third step."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "The moving average of the weights starts from zeros instead of from the first step's weights, so the averaged weights are much too small."
STAGE = ("state", "update")

keras.utils.set_random_seed(44)
rng = np.random.default_rng(44)
x = rng.normal(size=(36, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(36, 1))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 36, 8)]


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, activation="tanh"), keras.layers.Dense(1)]
    )


model = build()
optimizer = keras.optimizers.SGD(0.05)
average = [tf.Variable(tf.zeros(v.shape)) for v in model.trainable_variables]
steps = 0


def train_step(x, y):
    global steps
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    steps += 1
    for a, v in zip(average, model.trainable_variables):
        a.assign(0.9 * a + 0.1 * v)
        if steps % 3 == 0:
            v.assign(a)
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(
    keras.optimizers.SGD(0.05, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=3), "mse"
)
CAUSE = "ema_start"
