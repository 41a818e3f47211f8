"""Two gradients of one persistent tape, for two layers."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import VariablesLoop

L = keras.layers
rng = np.random.default_rng(2054)
keras.utils.set_random_seed(2054)

x = rng.normal(size=(50, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
W1, b1 = tf.Variable(tf.zeros((5, 6))), tf.Variable(tf.zeros(6))
W2, b2 = tf.Variable(tf.zeros((6, 1))), tf.Variable(tf.zeros(1))
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(6, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")


def predict(x):
    return tf.tanh(tf.cast(x, tf.float32) @ W1 + b1) @ W2 + b2


def train_step(x, y):
    with tf.GradientTape(persistent=True) as tape:
        loss = tf.reduce_mean(tf.math.squared_difference(predict(x), y))
    first, second = tape.gradient(loss, [W1, b1]), tape.gradient(loss, [W2, b2])
    del tape
    for w, g in zip([W2, b2, W1, b1], second + first):
        w.assign_sub(0.1 * g)
    return loss


loop = VariablesLoop([W1, b1, W2, b2], train_step, predict)
EXPECTED = "equal"
