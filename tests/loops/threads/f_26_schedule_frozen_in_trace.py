"""tf.function step with hand-written SGD, the learning rate halved in a Python variable."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import VariablesLoop

EXPECTED = "The learning rate is a Python number that tf.function froze at tracing, so the decay never takes effect."
STAGE = ("state",)

keras.utils.set_random_seed(26)
rng = np.random.default_rng(26)
x = rng.normal(size=(37, 3)).astype("float32")
y = (np.sin(x @ rng.normal(size=(3, 1))) + 0.1 * rng.normal(size=(37, 1))).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 37, 10)]
W1 = tf.Variable(tf.random.normal((3, 6)))
b1 = tf.Variable(tf.zeros(6))
W2 = tf.Variable(tf.random.normal((6, 1)))
b2 = tf.Variable(tf.zeros(1))
variables = [W1, b1, W2, b2]
lr = 0.2
steps = 0


@tf.function(input_signature=[tf.TensorSpec((None, 3)), tf.TensorSpec((None, 1))])
def update(x, y):
    with tf.GradientTape() as tape:
        out = tf.nn.sigmoid(x @ W1 + b1) @ W2 + b2
        loss = tf.reduce_mean((out - y) ** 2)
    for v, g in zip(variables, tape.gradient(loss, variables)):
        v.assign_sub(lr * g)
    return loss


def train_step(x, y):
    global lr, steps
    loss = update(tf.constant(x), tf.constant(y))
    steps += 1
    if steps % 2 == 0:
        lr = lr / 2
    return loss


loop = VariablesLoop(variables, train_step)
reference = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(6, activation="sigmoid"), keras.layers.Dense(1)]
)
halving = keras.optimizers.schedules.ExponentialDecay(
    0.2, decay_steps=2, decay_rate=0.5, staircase=True
)
reference.compile(keras.optimizers.SGD(halving), "mse")
CAUSE = "schedule_frozen"
