"""Accumulation over three batches with Adam written out; its step counts updates, not batches."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(688)
rng = np.random.default_rng(688)
x = rng.normal(size=(60, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(60, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 60, 9)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(5, activation="tanh"), L.Dense(1)])
reference.compile(keras.optimizers.Adam(0.02, gradient_accumulation_steps=3), "mse")
V = [tf.Variable(w) for w in reference.get_weights()]
total = [0.0] * 4
m, s = [0.0] * 4, [0.0] * 4
batch, update = 0, 0


def train_step(x, y):
    global batch, update, total
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.tanh(x @ V[0] + V[1]) @ V[2] + V[3] - y) ** 2)
    total = [a + g for a, g in zip(total, tape.gradient(loss, V))]
    batch += 1
    if batch % 3 == 0:
        update += 1
        for i, a in enumerate(total):
            g = a / 3
            m[i] = 0.9 * m[i] + 0.1 * g
            s[i] = 0.999 * s[i] + 0.001 * g * g
            alpha = 0.02 * (1 - 0.999**update) ** 0.5 / (1 - 0.9**update)
            V[i].assign_sub(alpha * m[i] / (tf.sqrt(s[i]) + 1e-7))
        total = [0.0] * 4
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "equal"
