"""Transfer learning: a frozen batch normalization that the loop's own code runs in training mode."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split

from kerasfoundations.diagnose import VariablesLoop


def build():
    model = keras.Sequential(
        [L.Input((4,)), L.Dense(6, "relu"), L.BatchNormalization(), L.Dense(2)]
    )
    model.layers[1].trainable = False
    model.compile(keras.optimizers.SGD(0.05), "mse")
    return model


keras.utils.set_random_seed(28)
reference = build()
batches = split(*reg(28, 36, 4, 2), 10)
W, b, gamma, beta, mean, var, V, c = weights = [tf.Variable(w) for w in reference.get_weights()]
head = [W, b, V, c]


def step(x, y):
    with tf.GradientTape() as tape:
        h = tf.nn.relu(x @ W + b)
        m, v = tf.nn.moments(h, 0)
        out = ((h - m) / tf.sqrt(v + 1e-3) * gamma + beta) @ V + c
        loss = tf.reduce_mean((out - y) ** 2)
    for w, g in zip(head, tape.gradient(loss, head)):
        w.assign_sub(0.05 * g)
    return loss


loop = VariablesLoop(weights, step)
EXPECTED = "The frozen batch normalization normalizes with batch statistics; Keras uses the moving ones when trainable=False."
STAGE = ("outputs",)
CAUSE = "frozen_batch_norm"
