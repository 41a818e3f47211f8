"""Adadelta ported with PyTorch's learning rate of 1."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(582)
rng = np.random.default_rng(582)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(40, 3))).argmax(1)
y = np.eye(3, dtype="float32")[y]
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 40, 14)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(3, activation="softmax")]
)
reference.compile("adadelta", "categorical_crossentropy")
V = [tf.Variable(w) for w in reference.get_weights()]
Eg, Ed = [tf.zeros_like(v) for v in V], [tf.zeros_like(v) for v in V]
rho, eps = 0.95, 1e-7


def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = tf.nn.relu(x @ V[0] + V[1]) @ V[2] + V[3]
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, logits))
    for i, g in enumerate(tape.gradient(loss, V)):
        Eg[i] = rho * Eg[i] + (1 - rho) * g * g
        delta = tf.sqrt(Ed[i] + eps) / tf.sqrt(Eg[i] + eps) * g
        Ed[i] = rho * Ed[i] + (1 - rho) * delta * delta
        V[i].assign_sub(delta)
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "Adadelta's learning rate is 1.0 instead of Keras's default 0.001."
STAGE = ("update",)
CAUSE = "learning_rate"
