"""Low-level TF2 network with weights and biases in Python lists; the gradients are taken for the weights only."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import VariablesLoop

EXPECTED = "The biases are left out of the list of variables that are trained; only the kernels are updated."
STAGE = ("gradients", "update")

keras.utils.set_random_seed(29)
rng = np.random.default_rng(29)
x = rng.normal(size=(28, 4)).astype("float32")
labels = np.argmax(x[:, :3] + 0.5 * rng.normal(size=(28, 3)), axis=1)
y = np.eye(3, dtype="float32")[labels]
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 28, 8)]
weights = [
    tf.Variable(tf.random.normal((4, 6), stddev=0.5)),
    tf.Variable(tf.random.normal((6, 3), stddev=0.5)),
]
biases = [tf.Variable(tf.zeros(6)), tf.Variable(tf.zeros(3))]


def forward(x):
    h = tf.nn.relu(tf.matmul(x, weights[0]) + biases[0])
    return tf.matmul(h, weights[1]) + biases[1]


def train_step(x, y):
    with tf.GradientTape() as tape:
        cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, forward(x)))
    grads = tape.gradient(cost, weights)
    for w, g in zip(weights, grads):
        w.assign_sub(0.3 * g)
    return cost


loop = VariablesLoop([weights[0], biases[0], weights[1], biases[1]], train_step, predict=forward)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(3)]
)
reference.compile(keras.optimizers.SGD(0.3), keras.losses.CategoricalCrossentropy(from_logits=True))
CAUSE = "frozen_variable"
