"""Adam over tf.Variables that counts t once per variable."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import VariablesLoop

L = keras.layers
rng = np.random.default_rng(2507)
keras.utils.set_random_seed(2507)

x = rng.normal(size=(50, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(6, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.Adam(0.01), "mse")
W1, b1 = tf.Variable(tf.zeros((5, 6))), tf.Variable(tf.zeros(6))
W2, b2 = tf.Variable(tf.zeros((6, 1))), tf.Variable(tf.zeros(1))
variables = [W1, b1, W2, b2]
m = [tf.Variable(tf.zeros_like(v)) for v in variables]
s = [tf.Variable(tf.zeros_like(v)) for v in variables]
t = tf.Variable(0.0)


def predict(x):
    return tf.tanh(tf.cast(x, tf.float32) @ W1 + b1) @ W2 + b2


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((predict(x) - y) ** 2)
    for w, g, mi, si in zip(variables, tape.gradient(loss, variables), m, s):
        t.assign_add(1.0)
        mi.assign(0.9 * mi + 0.1 * g)
        si.assign(0.999 * si + 0.001 * g**2)
        w.assign_sub(0.01 * tf.sqrt(1 - 0.999**t) / (1 - 0.9**t) * mi / (tf.sqrt(si) + 1e-7))
    return loss


loop = VariablesLoop(variables, train_step, predict)
EXPECTED = "Adam's step count is increased for each variable instead of once a step."
STAGE = ("update", "state")
CAUSE = "adam_count"
