"""tf.Variables, hand-written SGD, and tf.clip_by_norm as the max-norm constraint."""

import keras
import tensorflow as tf
from loops.course_data import mlp, regression

from kerasfoundations.diagnose import VariablesLoop

W1, b1 = tf.Variable(tf.zeros((4, 6))), tf.Variable(tf.zeros(6))
W2, b2 = tf.Variable(tf.zeros((6, 1))), tf.Variable(tf.zeros(1))
variables = [W1, b1, W2, b2]


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(tf.nn.tanh(x @ W1 + b1) @ W2 + b2 - y))
    for v, g in zip(variables, tape.gradient(loss, variables)):
        v.assign_sub(0.2 * g)
    for w in (W1, W2):
        w.assign(tf.clip_by_norm(w, 0.6, axes=0))
    return loss


loop = VariablesLoop(variables, train_step)
reference = mlp([4, 6, 1], kernel_constraint=keras.constraints.MaxNorm(0.6))
reference.compile(keras.optimizers.SGD(0.2), "mse")
batches = regression(137)

EXPECTED = "equal"
