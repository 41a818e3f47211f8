"""A hand-written SGD on tf.Variables of a model with a kernel constraint."""

import keras
import tensorflow as tf
from loops.course_data import mlp, regression

from kerasfoundations.diagnose import VariablesLoop

W1, b1 = tf.Variable(tf.zeros((4, 6))), tf.Variable(tf.zeros(6))
W2, b2 = tf.Variable(tf.zeros((6, 1))), tf.Variable(tf.zeros(1))
variables = [W1, b1, W2, b2]


def train_step(x, y):
    with tf.GradientTape() as tape:
        out = tf.nn.tanh(x @ W1 + b1) @ W2 + b2
        loss = tf.reduce_mean(tf.square(out - y))
    for v, g in zip(variables, tape.gradient(loss, variables)):
        v.assign_sub(0.2 * g)
    return loss


loop = VariablesLoop(variables, train_step, predict=lambda x: tf.nn.tanh(x @ W1 + b1) @ W2 + b2)
reference = mlp([4, 6, 1], kernel_constraint=keras.constraints.MaxNorm(0.6))
reference.compile(keras.optimizers.SGD(0.2), "mse")
batches = regression(37)

EXPECTED = "The kernel constraint (MaxNorm) is not applied after the update with assign_sub."
STAGE = ("update",)
CAUSE = "constraint_missing"
