"""PyTorch's momentum (rate outside the buffer) under a decaying learning rate."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(405)
rng = np.random.default_rng(405)
x = rng.normal(size=(60, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(60, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 60, 12)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(6, activation="tanh"), L.Dense(1)])
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5), momentum=0.9),
    "mse",
)
V = [tf.Variable(w) for w in reference.get_weights()]
buf = [tf.zeros_like(v) for v in V]
step = 0


def train_step(x, y):
    global step
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.tanh(x @ V[0] + V[1]) @ V[2] + V[3] - y) ** 2)
    lr = 0.1 * 0.5**step
    for i, g in enumerate(tape.gradient(loss, V)):
        buf[i] = 0.9 * buf[i] + g
        V[i].assign_sub(lr * buf[i])
    step += 1
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "The learning rate multiplies the whole momentum buffer (PyTorch's form) instead of the gradients that enter it, which differs once the schedule lowers it."
STAGE = ("state", "update")
CAUSE = "velocity_rate"
