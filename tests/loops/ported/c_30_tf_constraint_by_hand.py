"""Low-level variables whose kernel is projected to nonnegative values after each step."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import VariablesLoop

rng = np.random.default_rng(130)
x = rng.normal(size=(40, 5)).astype("float32")
y = (np.abs(x[:, :1]) - x[:, 1:2]).astype("float32")
batches = batched(12, x, y)

keras.utils.set_random_seed(130)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(7, activation="relu", kernel_constraint="non_neg"),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1, momentum=0.5), "mse")

tf.random.set_seed(130)
W1, b1 = tf.Variable(tf.random.uniform((5, 7))), tf.Variable(tf.zeros(7))
W2, b2 = tf.Variable(tf.random.normal((7, 1))), tf.Variable(tf.zeros(1))
variables = [W1, b1, W2, b2]
velocity = [tf.Variable(tf.zeros_like(v)) for v in variables]


def predict(x):
    return tf.nn.relu(x @ W1 + b1) @ W2 + b2


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(predict(x) - y))
    for var, vel, grad in zip(variables, velocity, tape.gradient(loss, variables)):
        vel.assign(0.5 * vel - 0.1 * grad)
        var.assign_add(vel)
    W1.assign(tf.maximum(W1, 0.0))
    return loss


loop = VariablesLoop(variables, train_step, predict=predict)
EXPECTED = "equal"
