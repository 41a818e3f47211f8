"""`if step % n == 0` with a step counter that starts at zero."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(650)
rng = np.random.default_rng(650)
x = rng.normal(size=(54, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(54, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 54, 11)]


def build():
    return keras.Sequential([keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(1)])


reference, model = build(), build()
reference.compile(keras.optimizers.SGD(0.1, gradient_accumulation_steps=2), "mse")
optimizer = keras.optimizers.SGD(0.1)
accum = [np.zeros(v.shape, "float32") for v in model.trainable_variables]
step = 0


def train_step(x, y):
    global step
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
    grads = tape.gradient(loss, model.trainable_variables)
    for a, g in zip(accum, grads):
        a += g.numpy() / 2
    if step % 2 == 0:
        optimizer.apply([tf.constant(a) for a in accum], model.trainable_variables)
        for a in accum:
            a[...] = 0
    step += 1
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The accumulated gradients are applied at steps 0, 2, 4 (the counter is tested before it is increased), one step too early and with one gradient in the first update."
STAGE = ("update", "state")
CAUSE = "accumulation_offset"
