"""Nadam by hand with Dozat's momentum schedule."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(843)
rng = np.random.default_rng(843)
x = rng.normal(size=(32, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(32, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 32, 12)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(7, activation="tanh"), L.Dense(1)])
reference.compile(keras.optimizers.Nadam(0.02), "mse")

V = [tf.Variable(w) for w in reference.get_weights()]
m, v = [0.0] * 4, [0.0] * 4
t, product = 0, 1.0


def mu(i):
    return 0.9 * (1 - 0.5 * 0.96**i)


def train_step(x, y):
    global t, product
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.tanh(x @ V[0] + V[1]) @ V[2] + V[3] - y) ** 2)
    grads = tape.gradient(loss, V)
    t += 1
    product *= mu(t)
    for i, g in enumerate(grads):
        m[i] = 0.9 * m[i] + 0.1 * g
        v[i] = 0.999 * v[i] + 0.001 * g * g
        ahead = mu(t + 1) * m[i] / (1 - product * mu(t + 1)) + (1 - mu(t)) * g / (1 - product)
        V[i].assign_sub(0.02 * ahead / (tf.sqrt(v[i] / (1 - 0.999**t)) + 1e-7))
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "equal"
