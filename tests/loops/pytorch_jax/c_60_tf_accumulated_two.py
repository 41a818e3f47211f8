"""Gradients accumulated over two batches, as Keras's gradient_accumulation_steps=2."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

L = keras.layers
rng = np.random.default_rng(1914)
keras.utils.set_random_seed(1914)

x = rng.normal(size=(60, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(60, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 60, 16)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05, gradient_accumulation_steps=2), "mse")
model = keras.Sequential([keras.Input((4,)), L.Dense(8, activation="relu"), L.Dense(1)])
sums = [tf.Variable(tf.zeros_like(v)) for v in model.trainable_variables]
calls = 0


def train_step(x, y):
    global calls
    calls += 1
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    for s, g in zip(sums, tape.gradient(loss, model.trainable_variables)):
        s.assign_add(g)
    if calls % 2 == 0:
        for v, s in zip(model.trainable_variables, sums):
            v.assign(v - 0.05 * s / 2)
            s.assign(tf.zeros_like(s))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
