"""Nadam as in Ruder's overview, without the momentum schedule."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(867)
rng = np.random.default_rng(867)
x = rng.normal(size=(48, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(48, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 48, 12)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(6, activation="tanh"), L.Dense(1)])
reference.compile(keras.optimizers.Nadam(0.02), "mse")
V = [tf.Variable(w) for w in reference.get_weights()]
m, v = [0.0] * 4, [0.0] * 4
t = 0


def train_step(x, y):
    global t
    t += 1
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.tanh(x @ V[0] + V[1]) @ V[2] + V[3] - y) ** 2)
    for i, g in enumerate(tape.gradient(loss, V)):
        m[i] = 0.9 * m[i] + 0.1 * g
        v[i] = 0.999 * v[i] + 0.001 * g * g
        m_bar = 0.9 * m[i] / (1 - 0.9 ** (t + 1)) + 0.1 * g / (1 - 0.9**t)
        V[i].assign_sub(0.02 * m_bar / (tf.sqrt(v[i] / (1 - 0.999**t)) + 1e-7))
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "Nadam's momentum schedule (0.96^t) is missing: the constant beta_1 is used, as in Ruder's overview."
STAGE = ("update",)
CAUSE = "nadam_schedule_missing"
