"""Adam with the epsilon under the square root."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(938)
rng = np.random.default_rng(938)
x = rng.normal(size=(34, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(34, 3))).argmax(1)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]

reference = keras.Sequential([keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(3)])
reference.compile(
    keras.optimizers.Adam(0.01, epsilon=1e-4),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
V = [tf.Variable(w) for w in reference.get_weights()]
m = [tf.zeros_like(v) for v in V]
s = [tf.zeros_like(v) for v in V]
t = 0


def train_step(x, y):
    global t
    t += 1
    with tf.GradientTape() as tape:
        logits = tf.nn.relu(x @ V[0] + V[1]) @ V[2] + V[3]
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
    alpha = 0.01 * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    for i, g in enumerate(tape.gradient(loss, V)):
        m[i] = 0.9 * m[i] + 0.1 * g
        s[i] = 0.999 * s[i] + 0.001 * g * g
        V[i].assign_sub(alpha * m[i] / tf.sqrt(s[i] + 1e-4))
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "Adam's epsilon is added under the square root instead of to the root."
STAGE = ("update",)
CAUSE = "epsilon_inside_root"
