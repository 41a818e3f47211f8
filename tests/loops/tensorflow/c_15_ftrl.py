"""FTRL-proximal as in click-through-rate models, with l1 and l2."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(831)
rng = np.random.default_rng(831)
x = rng.normal(size=(36, 6)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(36, 1)) > 0).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential(
    [keras.Input((6,)), L.Dense(4, activation="relu"), L.Dense(1, activation="sigmoid")]
)
reference.compile(
    keras.optimizers.Ftrl(0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.02),
    "binary_crossentropy",
)

V = [tf.Variable(w) for w in reference.get_weights()]
n = [tf.fill(v.shape, 0.1) for v in V]
z = [tf.zeros_like(v) for v in V]


def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = tf.nn.relu(x @ V[0] + V[1]) @ V[2] + V[3]
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits))
    for i, g in enumerate(tape.gradient(loss, V)):
        sigma = (tf.sqrt(n[i] + g * g) - tf.sqrt(n[i])) / 0.1
        z[i] = z[i] + g - sigma * V[i]
        n[i] = n[i] + g * g
        shrunk = tf.where(tf.abs(z[i]) > 0.01, z[i] - tf.sign(z[i]) * 0.01, 0.0)
        V[i].assign(-shrunk / (tf.sqrt(n[i]) / 0.1 + 2 * 0.02))
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "equal"
