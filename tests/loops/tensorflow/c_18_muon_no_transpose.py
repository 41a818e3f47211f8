"""Muon by hand; Newton-Schulz without the transpose for tall matrices, which gives the same product."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(249)
rng = np.random.default_rng(249)
x = rng.normal(size=(30, 6))
y = np.tanh(x @ rng.normal(size=(6, 2))) + 0.3 * rng.normal(size=(30, 2))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]

reference = keras.Sequential([keras.Input((6,)), L.Dense(10, activation="tanh"), L.Dense(2)])
reference.compile(keras.optimizers.Muon(0.05, weight_decay=0.01, adam_weight_decay=None), "mse")

V = [tf.Variable(w) for w in reference.get_weights()]
mom = [tf.zeros_like(v) for v in V]
sec = [tf.zeros_like(v) for v in V]
t = 0


def newton_schulz(G):
    X = G / (tf.norm(G) + 1e-7)
    for _ in range(5):
        A = X @ tf.transpose(X)
        X = 3.4445 * X + (-4.7750 * A + 2.0315 * A @ A) @ X
    return X


def train_step(x, y):
    global t
    t += 1
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.tanh(x @ V[0] + V[1]) @ V[2] + V[3] - y) ** 2)
    for i, g in enumerate(tape.gradient(loss, V)):
        if len(g.shape) == 2:
            V[i].assign(V[i] * (1 - 0.05 * 0.01))
            mom[i] = 0.95 * mom[i] + g
            update = newton_schulz(g + 0.95 * mom[i])
            V[i].assign_sub(0.05 * 0.2 * max(g.shape) ** 0.5 * update)
        else:
            mom[i] = 0.9 * mom[i] + 0.1 * g
            sec[i] = 0.999 * sec[i] + 0.001 * g**2
            V[i].assign_sub(
                0.05 * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t) * mom[i] / (sec[i] ** 0.5 + 1e-7)
            )
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "equal"
