"""Adafactor with factored second moments, after the paper."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(328)
rng = np.random.default_rng(328)
x = rng.normal(size=(30, 6))
y = np.tanh(x @ rng.normal(size=(6, 2))) + 0.3 * rng.normal(size=(30, 2))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]

reference = keras.Sequential([keras.Input((6,)), L.Dense(8, activation="relu"), L.Dense(2)])
reference.compile(keras.optimizers.Adafactor(0.05), "mse")

V = [tf.Variable(w) for w in reference.get_weights()]
rows = [tf.zeros(v.shape[:-1]) for v in V]
cols = [tf.zeros(v.shape[-1:]) for v in V]
step = 0


def rms(u):
    return tf.sqrt(tf.reduce_mean(u * u))


def train_step(x, y):
    global step
    step += 1
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.nn.relu(x @ V[0] + V[1]) @ V[2] + V[3] - y) ** 2)
    beta = 1 - step**-0.8
    for i, g in enumerate(tape.gradient(loss, V)):
        sq = g * g + 1e-30
        if len(g.shape) == 2:
            rows[i] = beta * rows[i] + (1 - beta) * tf.reduce_mean(sq, axis=1)
            cols[i] = beta * cols[i] + (1 - beta) * tf.reduce_mean(sq, axis=0)
            v = tf.tensordot(rows[i], cols[i], 0) / tf.reduce_mean(rows[i])
        else:
            cols[i] = beta * cols[i] + (1 - beta) * sq
            v = cols[i]
        u = g / tf.sqrt(v)
        u = u / tf.maximum(1.0, rms(u))
        V[i].assign_sub(tf.maximum(1e-3, rms(V[i])) * min(0.05, step**-0.5) * u)
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "equal"
