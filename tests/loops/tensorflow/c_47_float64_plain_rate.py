"""A float64 network over tf.Variables at the usual learning rate 0.1."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(192)
rng = np.random.default_rng(192)
x = rng.normal(size=(36, 5)).astype("float64")
y = (x.sum(1, keepdims=True) + rng.normal(size=(36, 1)) > 0).astype("float64")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential(
    [
        keras.Input((5,), dtype="float64"),
        L.Dense(6, activation="relu", dtype="float64"),
        L.Dense(1, dtype="float64"),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1, momentum=0.9),
    keras.losses.BinaryCrossentropy(from_logits=True, dtype="float64"),
)
V = [tf.Variable(w, dtype=tf.float64) for w in reference.get_weights()]
velocity = [tf.zeros_like(v) for v in V]


def train_step(x, y):
    with tf.GradientTape() as tape:
        z = tf.nn.relu(x @ V[0] + V[1]) @ V[2] + V[3]
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, z))
    for i, g in enumerate(tape.gradient(loss, V)):
        velocity[i] = 0.9 * velocity[i] - 0.1 * g
        V[i].assign_add(velocity[i])
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "equal"
