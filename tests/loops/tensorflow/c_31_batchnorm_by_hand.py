"""Batch normalization written out over variables, moving statistics included."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(173)
rng = np.random.default_rng(173)
x = rng.normal(size=(34, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(34, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]

reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(6),
        L.BatchNormalization(momentum=0.9, epsilon=1e-3),
        L.ReLU(),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")
W1, b1, gamma, beta, mean, var, W2, b2 = V = [tf.Variable(w) for w in reference.get_weights()]
trainable = [W1, b1, gamma, beta, W2, b2]


def forward(x, training):
    z = x @ W1 + b1
    if training:
        m, v = tf.nn.moments(z, axes=[0])
        mean.assign(0.9 * mean + 0.1 * m)
        var.assign(0.9 * var + 0.1 * v)
    else:
        m, v = mean, var
    z = tf.nn.batch_normalization(z, m, v, beta, gamma, 1e-3)
    return tf.nn.relu(z) @ W2 + b2


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((forward(x, True) - y) ** 2)
    for v, g in zip(trainable, tape.gradient(loss, trainable)):
        v.assign_sub(0.1 * g)
    return loss


loop = VariablesLoop(V, train_step, predict=lambda x: forward(x, False))

EXPECTED = "equal"
