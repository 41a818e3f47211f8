"""LAMB approximated by bias-corrected Adam."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(10)
rng = np.random.default_rng(10)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(40, 3))).argmax(1)
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 40, 14)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(7, activation="relu", bias_initializer="random_normal"), L.Dense(3)]
)
reference.compile(
    keras.optimizers.Lamb(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
V = [tf.Variable(w) for w in reference.get_weights()]
m, s = [0.0] * 4, [0.0] * 4
t = 0


def train_step(x, y):
    global t
    t += 1
    with tf.GradientTape() as tape:
        logits = tf.nn.relu(x @ V[0] + V[1]) @ V[2] + V[3]
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
    for i, g in enumerate(tape.gradient(loss, V)):
        m[i] = 0.9 * m[i] + 0.1 * g
        s[i] = 0.999 * s[i] + 0.001 * g * g
        V[i].assign_sub(0.02 * m[i] / (1 - 0.9**t) / (tf.sqrt(s[i] / (1 - 0.999**t)) + 1e-7))
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "LAMB's trust ratio (weight norm over update norm) is missing; each variable moves as under Adam."
STAGE = ("update",)
CAUSE = "trust_ratio_missing"
