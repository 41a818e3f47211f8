"""Muon with Keller Jordan's scale in place of Moonlight's."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(105)
rng = np.random.default_rng(105)
x = rng.normal(size=(36, 6))
y = np.tanh(x @ rng.normal(size=(6, 2))) + 0.3 * rng.normal(size=(36, 2))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential(
    [keras.Input((6,)), L.Dense(8, activation="tanh", use_bias=False), L.Dense(2, use_bias=False)]
)
reference.compile(keras.optimizers.Muon(0.02, weight_decay=None, adam_weight_decay=None), "mse")
V = [tf.Variable(w) for w in reference.get_weights()]
mom = [tf.zeros_like(v) for v in V]


def zeropower(G):
    X = G / (tf.norm(G) + 1e-7)
    if G.shape[0] > G.shape[1]:
        X = tf.transpose(X)
    for _ in range(5):
        A = X @ tf.transpose(X)
        B = -4.7750 * A + 2.0315 * A @ A
        X = 3.4445 * X + B @ X
    return tf.transpose(X) if G.shape[0] > G.shape[1] else X


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.tanh(x @ V[0]) @ V[1] - y) ** 2)
    for i, g in enumerate(tape.gradient(loss, V)):
        mom[i] = 0.95 * mom[i] + g
        update = zeropower(g + 0.95 * mom[i])
        V[i].assign_sub(0.02 * max(1, g.shape[0] / g.shape[1]) ** 0.5 * update)
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "Muon's update is scaled by sqrt(max(1, rows/columns)) as in the original code, instead of by 0.2 * sqrt(max(rows, columns)) as in Keras."
STAGE = ("update",)
CAUSE = "rates_by_variable"
