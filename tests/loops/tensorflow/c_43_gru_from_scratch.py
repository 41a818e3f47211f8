"""A GRU written out with its two biases, as in questions on reset_after."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(102)
rng = np.random.default_rng(102)
x = rng.normal(size=(28, 4, 2)).astype("float32")
y = (x[:, :, :1].mean(1) + 0.3 * rng.normal(size=(28, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 28, 12)]

reference = keras.Sequential([keras.Input((4, 2)), L.GRU(4), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
W, U, B, V, c = params = [tf.Variable(w) for w in reference.get_weights()]
optimizer = keras.optimizers.SGD(0.1, momentum=0.9)


def run(x):
    h = tf.zeros((len(x), 4))
    for t in range(4):
        xz, xr, xh = tf.split(tf.matmul(x[:, t], W) + B[0], 3, axis=1)
        hz, hr, hh = tf.split(tf.matmul(h, U) + B[1], 3, axis=1)
        z, r = tf.sigmoid(xz + hz), tf.sigmoid(xr + hr)
        h = z * h + (1 - z) * tf.tanh(xh + r * hh)
    return tf.matmul(h, V) + c


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(run(x) - y))
    optimizer.apply(tape.gradient(loss, params), params)
    return loss


loop = VariablesLoop(params, train_step, predict=run)

EXPECTED = "equal"
