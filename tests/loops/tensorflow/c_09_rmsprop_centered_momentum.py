"""RMSprop with momentum and centering over variables, as in older TensorFlow code."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(104)
rng = np.random.default_rng(104)
x = rng.normal(size=(30, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(30, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 30, 11)]

reference = keras.Sequential([keras.Input((5,)), L.Dense(6, activation="softplus"), L.Dense(1)])
reference.compile(
    keras.optimizers.RMSprop(0.01, rho=0.8, momentum=0.5, epsilon=1e-3, centered=True), "mae"
)

V = [tf.Variable(w) for w in reference.get_weights()]
state = [{"ms": 0.0, "mg": 0.0, "mom": 0.0} for _ in V]


def train_step(x, y):
    with tf.GradientTape() as tape:
        out = tf.math.softplus(x @ V[0] + V[1]) @ V[2] + V[3]
        loss = tf.reduce_mean(tf.abs(out - y))
    for v, st, g in zip(V, state, tape.gradient(loss, V)):
        st["ms"] = 0.8 * st["ms"] + 0.2 * g**2
        st["mg"] = 0.8 * st["mg"] + 0.2 * g
        st["mom"] = 0.5 * st["mom"] + 0.01 * g * tf.math.rsqrt(st["ms"] - st["mg"] ** 2 + 1e-3)
        v.assign_sub(st["mom"])
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "equal"
