"""Batch normalization written out, with Keras's epsilon, momentum and biased variance."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split

from kerasfoundations.diagnose import VariablesLoop


def build():
    model = keras.Sequential(
        [
            L.Input((4,), dtype="float64"),
            L.Dense(6, use_bias=False, dtype="float64"),
            L.BatchNormalization(momentum=0.9, dtype="float64"),
            L.Activation("relu", dtype="float64"),
            L.Dense(1, dtype="float64"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.1), keras.losses.MeanSquaredError(dtype="float64"))
    return model


keras.utils.set_random_seed(125)
reference = build()
batches = split(*reg(125, 34, 4, 1, "float64"), 10)
W, gamma, beta, mean, var, V, c = weights = [tf.Variable(w) for w in reference.get_weights()]
trained = [W, gamma, beta, V, c]


def step(x, y):
    with tf.GradientTape() as tape:
        z = x @ W
        m, v = tf.nn.moments(z, 0)
        h = tf.nn.relu((z - m) * tf.math.rsqrt(v + 1e-3) * gamma + beta)
        loss = tf.reduce_mean((h @ V + c - y) ** 2)
    for w, g in zip(trained, tape.gradient(loss, trained)):
        w.assign_sub(0.1 * g)
    mean.assign_add(0.1 * (m - mean))
    var.assign_add(0.1 * (v - var))
    return loss


def predict(x):
    return tf.nn.relu(tf.nn.batch_normalization(x @ W, mean, var, beta, gamma, 1e-3)) @ V + c


loop = VariablesLoop(weights, step, predict)
EXPECTED = "equal"
