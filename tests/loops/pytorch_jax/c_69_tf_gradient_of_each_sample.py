"""A tape per sample, gradients averaged."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import VariablesLoop

L = keras.layers
rng = np.random.default_rng(2700)
keras.utils.set_random_seed(2700)

x = rng.normal(size=(28, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(28, 1))).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 28, 10)]
W1, b1 = tf.Variable(tf.zeros((4, 6))), tf.Variable(tf.zeros(6))
W2, b2 = tf.Variable(tf.zeros((6, 1))), tf.Variable(tf.zeros(1))
variables = [W1, b1, W2, b2]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(6, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")


def predict(x):
    return tf.nn.relu(tf.cast(x, tf.float32) @ W1 + b1) @ W2 + b2


def train_step(x, y):
    total, sums = 0.0, [tf.zeros_like(v) for v in variables]
    for xi, yi in zip(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((predict(xi[None]) - yi[None]) ** 2)
        total += loss
        sums = [s + g for s, g in zip(sums, tape.gradient(loss, variables))]
    for v, s in zip(variables, sums):
        v.assign_sub(0.1 * s / len(x))
    return total / len(x)


loop = VariablesLoop(variables, train_step, predict)
EXPECTED = "equal"
