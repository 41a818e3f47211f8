"""Momentum written as an exponential average of the gradients (Andrew Ng's form), TensorFlow variables."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import VariablesLoop

EXPECTED = "The velocity takes (1 - beta) times the gradient (an exponential average), so steps are ten times smaller than with Keras's momentum."
STAGE = ("update",)

keras.utils.set_random_seed(31)
rng = np.random.default_rng(31)
x = rng.normal(size=(32, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(32, 1))).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 32, 10)]
beta = 0.9
params = [
    tf.Variable(tf.random.normal((4, 6))),
    tf.Variable(tf.zeros((6,))),
    tf.Variable(tf.random.normal((6, 1))),
    tf.Variable(tf.zeros((1,))),
]
velocities = [tf.Variable(tf.zeros_like(p)) for p in params]


def model(x):
    return tf.nn.relu(x @ params[0] + params[1]) @ params[2] + params[3]


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x) - y))
    grads = tape.gradient(loss, params)
    for p, v, g in zip(params, velocities, grads):
        v.assign(beta * v + (1 - beta) * g)
        p.assign_sub(0.05 * v)
    return loss


loop = VariablesLoop(params, lambda x, y: train_step(tf.constant(x), tf.constant(y)))
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse")
CAUSE = "damped_momentum"
