"""Adafactor by hand on tf.Variables: factored second moments, relative step, update clipping."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import VariablesLoop

rng = np.random.default_rng(137)
x = rng.normal(size=(34, 4)).astype("float32")
y = rng.normal(size=(34, 2)).astype("float32")
batches = batched(10, x, y)

keras.utils.set_random_seed(137)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="tanh"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.Adafactor(0.05), "mse")

tf.random.set_seed(137)
variables = [tf.Variable(tf.random.normal(s) * 0.3) for s in [(4, 6), (6,), (6, 2), (2,)]]
rows = [tf.Variable(tf.zeros(v.shape[:-1])) for v in variables]
columns = [tf.Variable(tf.zeros(v.shape[1:] if len(v.shape) == 2 else ())) for v in variables]
squares = [tf.Variable(tf.zeros_like(v)) for v in variables]
t = tf.Variable(0.0)


def rms(a):
    return tf.sqrt(tf.reduce_mean(tf.square(a)))


def predict(x):
    w1, b1, w2, b2 = variables
    return tf.tanh(x @ w1 + b1) @ w2 + b2


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((predict(x) - y) ** 2)
    t.assign_add(1.0)
    beta = 1.0 - t**-0.8
    rho = tf.minimum(0.05, 1.0 / tf.sqrt(t))
    for i, (w, g) in enumerate(zip(variables, tape.gradient(loss, variables))):
        g2 = g**2 + 1e-30
        if len(w.shape) == 2:
            rows[i].assign(beta * rows[i] + (1 - beta) * tf.reduce_mean(g2, axis=1))
            columns[i].assign(beta * columns[i] + (1 - beta) * tf.reduce_mean(g2, axis=0))
            v = tf.tensordot(rows[i] / tf.reduce_mean(rows[i]), columns[i], axes=0)
        else:
            squares[i].assign(beta * squares[i] + (1 - beta) * g2)
            v = squares[i]
        u = g / tf.sqrt(v)
        u = u / tf.maximum(1.0, rms(u))
        w.assign_sub(tf.maximum(1e-3, rms(w)) * rho * u)
    return loss


loop = VariablesLoop(variables, train_step, predict=predict)
EXPECTED = "equal"
