"""A Python counter increased inside tf.function, which runs at tracing only."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(583)
rng = np.random.default_rng(583)
x = rng.normal(size=(48, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(48, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 48, 12)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(6, activation="tanh"), L.Dense(1)])
reference.compile(keras.optimizers.Adam(0.01, beta_2=0.99), "mse")
V = [tf.Variable(w) for w in reference.get_weights()]
M, S = [tf.Variable(tf.zeros_like(v)) for v in V], [tf.Variable(tf.zeros_like(v)) for v in V]


class Counter:
    t = 0


@tf.function(input_signature=[tf.TensorSpec((None, 4)), tf.TensorSpec((None, 1))])
def compiled(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.tanh(x @ V[0] + V[1]) @ V[2] + V[3] - y) ** 2)
    Counter.t += 1
    t = Counter.t
    alpha = 0.01 * (1 - 0.99**t) ** 0.5 / (1 - 0.9**t)
    for v, g, m, s in zip(V, tape.gradient(loss, V), M, S):
        m.assign(0.9 * m + 0.1 * g)
        s.assign(0.99 * s + 0.01 * g * g)
        v.assign_sub(alpha * m / (tf.sqrt(s) + 1e-7))
    return loss


def train_step(x, y):
    return compiled(tf.constant(x), tf.constant(y))


loop = VariablesLoop(V, train_step)

EXPECTED = "The step counter is a Python integer inside tf.function, so it stays at 1 after tracing and the bias correction of step 1 is used for ever."
STAGE = ("state",)
CAUSE = "adam_count_frozen"
