"""A float64 regression on tf.Variables with summed squares, as the reference's reduction="sum"."""

import keras
import tensorflow as tf
from loops.course_data import mlp, regression

from kerasfoundations.diagnose import VariablesLoop

variables = [tf.Variable(tf.zeros(s, tf.float64)) for s in [(4, 6), (6,), (6, 2), (2,)]]


def model(x):
    w1, b1, w2, b2 = variables
    return tf.matmul(tf.tanh(tf.matmul(x, w1) + b1), w2) + b2


def train_step(x, y):
    x, y = tf.cast(x, tf.float64), tf.cast(y, tf.float64)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.reduce_mean((model(x) - y) ** 2, axis=-1))
    for v, g in zip(variables, tape.gradient(loss, variables)):
        v.assign_sub(0.01 * g)
    return loss


loop = VariablesLoop(variables, train_step)
reference = mlp([4, 6, 2], dtype="float64")
reference.compile(keras.optimizers.SGD(0.01), keras.losses.MeanSquaredError(reduction="sum"))
batches = regression(144, k=2, dtype="float64")

EXPECTED = "equal"
