"""Adadelta with learning rate 1, from a course's optimizer zoo."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(207)
rng = np.random.default_rng(207)
x = rng.normal(size=(36, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(36, 3))).argmax(1)
y = np.eye(3, dtype="float32")[y]
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(3, activation="softmax")]
)
reference.compile(keras.optimizers.Adadelta(1.0, rho=0.9, epsilon=1e-5), "categorical_crossentropy")

V = [tf.Variable(w) for w in reference.get_weights()]
Eg = [tf.zeros_like(v) for v in V]
Ex = [tf.zeros_like(v) for v in V]


def train_step(x, y):
    with tf.GradientTape() as tape:
        probs = tf.nn.softmax(tf.nn.relu(x @ V[0] + V[1]) @ V[2] + V[3])
        loss = -tf.reduce_mean(tf.reduce_sum(y * tf.math.log(probs), axis=-1))
    for i, g in enumerate(tape.gradient(loss, V)):
        Eg[i] = 0.9 * Eg[i] + 0.1 * g**2
        dx = -tf.sqrt(Ex[i] + 1e-5) / tf.sqrt(Eg[i] + 1e-5) * g
        Ex[i] = 0.9 * Ex[i] + 0.1 * dx**2
        V[i].assign_add(dx)
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "equal"
