"""Float64 model with layer normalization written out in variables, AMSGrad by hand."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import VariablesLoop

rng = np.random.default_rng(140)
x = rng.normal(size=(35, 4))
y = rng.normal(size=(35, 1))
batches = batched(10, x, y)

keras.utils.set_random_seed(140)
reference = keras.Sequential(
    [
        keras.Input((4,), dtype="float64"),
        keras.layers.Dense(6, dtype="float64"),
        keras.layers.LayerNormalization(dtype="float64"),
        keras.layers.Dense(1, dtype="float64"),
    ]
)
reference.compile(keras.optimizers.Adam(0.01, amsgrad=True), "mse")

shapes = [(4, 6), (6,), (6,), (6,), (6, 1), (1,)]
variables = [tf.Variable(rng.normal(size=s)) for s in shapes]
m = [tf.Variable(tf.zeros_like(v)) for v in variables]
v = [tf.Variable(tf.zeros_like(v)) for v in variables]
v_max = [tf.Variable(tf.zeros_like(v)) for v in variables]
t = tf.Variable(0.0, dtype=tf.float64)


def predict(x):
    w1, b1, gamma, beta, w2, b2 = variables
    h = tf.cast(x, tf.float64) @ w1 + b1
    mean, variance = tf.nn.moments(h, axes=[-1], keepdims=True)
    h = (h - mean) / tf.sqrt(variance + 1e-3) * gamma + beta
    return h @ w2 + b2


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((predict(x) - tf.cast(y, tf.float64)) ** 2)
    t.assign_add(1.0)
    alpha = 0.01 * tf.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    for i, g in enumerate(tape.gradient(loss, variables)):
        m[i].assign(0.9 * m[i] + 0.1 * g)
        v[i].assign(0.999 * v[i] + 0.001 * g**2)
        v_max[i].assign(tf.maximum(v_max[i], v[i]))
        variables[i].assign_sub(alpha * m[i] / (tf.sqrt(v_max[i]) + 1e-7))
    return loss


loop = VariablesLoop(variables, train_step, predict=predict)
EXPECTED = "equal"
