"""Batch normalization and SGD with decoupled weight decay written out on variables."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import VariablesLoop

rng = np.random.default_rng(145)
x = (1.5 * rng.normal(size=(42, 5)) + 0.5).astype("float32")
y = rng.integers(0, 3, size=42)
batches = batched(12, x, y)

keras.utils.set_random_seed(145)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(7),
        keras.layers.BatchNormalization(momentum=0.95),
        keras.layers.ReLU(),
        keras.layers.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1, weight_decay=0.05),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)

tf.random.set_seed(145)
W1, b1 = tf.Variable(tf.random.normal((5, 7)) * 0.4), tf.Variable(tf.zeros(7))
gamma, beta = tf.Variable(tf.ones(7)), tf.Variable(tf.zeros(7))
moving_mean, moving_variance = (
    tf.Variable(tf.zeros(7), trainable=False),
    tf.Variable(tf.ones(7), trainable=False),
)
W2, b2 = tf.Variable(tf.random.normal((7, 3)) * 0.4), tf.Variable(tf.zeros(3))
trainable = [W1, b1, gamma, beta, W2, b2]


def forward(x, mean, variance):
    h = tf.nn.batch_normalization(tf.matmul(x, W1) + b1, mean, variance, beta, gamma, 1e-3)
    return tf.matmul(tf.nn.relu(h), W2) + b2


def train_step(x, y):
    with tf.GradientTape() as tape:
        mean, variance = tf.nn.moments(tf.matmul(x, W1) + b1, axes=[0])
        logits = forward(x, mean, variance)
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
        )
    grads = tape.gradient(loss, trainable)
    moving_mean.assign(0.95 * moving_mean + 0.05 * mean)
    moving_variance.assign(0.95 * moving_variance + 0.05 * variance)
    for w, g in zip(trainable, grads):
        w.assign(w - 0.1 * 0.05 * w)
        w.assign_sub(0.1 * g)
    return loss


loop = VariablesLoop(
    [W1, b1, gamma, beta, moving_mean, moving_variance, W2, b2],
    train_step,
    predict=lambda x: forward(x, moving_mean, moving_variance),
)
EXPECTED = "equal"
