"""Sparse autoencoder with the activity penalty by hand, a mean over the batch."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import VariablesLoop

EXPECTED = "equal"

keras.utils.set_random_seed(127)
rng = np.random.default_rng(127)
x = rng.uniform(size=(25, 6)).astype("float32")
batches = [(x[i : i + 7], x[i : i + 7]) for i in range(0, 25, 7)]
W1, b1 = tf.Variable(tf.random.normal((6, 3))), tf.Variable(tf.zeros(3))
W2, b2 = tf.Variable(tf.random.normal((3, 6))), tf.Variable(tf.zeros(6))


def train_step(x, y):
    with tf.GradientTape() as tape:
        code = tf.sigmoid(x @ W1 + b1)
        decoded = tf.sigmoid(code @ W2 + b2)
        loss = tf.reduce_mean(
            tf.reduce_mean((decoded - y) ** 2, -1) + 0.02 * tf.reduce_sum(code**2, -1)
        )
    grads = tape.gradient(loss, [W1, b1, W2, b2])
    update(grads)
    return loss


state = [[0.0, 0.0] for _ in range(4)]
count = 0


def update(grads):
    global count
    count += 1
    step_size = 0.01 * (1 - 0.999**count) ** 0.5 / (1 - 0.9**count)
    for s, w, g in zip(state, [W1, b1, W2, b2], grads):
        s[0] = 0.9 * s[0] + 0.1 * g
        s[1] = 0.999 * s[1] + 0.001 * g**2
        w.assign_sub(step_size * s[0] / (tf.sqrt(s[1]) + 1e-7))


loop = VariablesLoop([W1, b1, W2, b2], train_step)
reference = keras.Sequential(
    [
        keras.Input((6,)),
        keras.layers.Dense(
            3, activation="sigmoid", activity_regularizer=keras.regularizers.L2(0.02)
        ),
        keras.layers.Dense(6, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.Adam(0.01), "mse")
