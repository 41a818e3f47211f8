"""A frozen batch normalization by hand, with its moving statistics."""

import keras
import numpy as np
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


keras.utils.set_random_seed(128)
reference = build()
reference.layers[1].set_weights(
    [
        np.float32([1, 2, 1, 0.5, 1, 1]),
        np.float32([0, 1, 0, 0, -1, 0]),
        np.float32([0.3] * 6),
        np.float32([0.6] * 6),
    ]
)
batches = split(*reg(128, 36, 4, 2), 10)
W, b, gamma, beta, mean, var, V, c = weights = [tf.Variable(w) for w in reference.get_weights()]
head = [W, b, V, c]


def forward(x):
    return ((tf.nn.relu(x @ W + b) - mean) / tf.sqrt(var + 1e-3) * gamma + beta) @ V + c


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((forward(x) - y) ** 2)
    for w, g in zip(head, tape.gradient(loss, head)):
        w.assign_sub(0.05 * g)
    return loss


loop = VariablesLoop(weights, step, forward)
EXPECTED = "equal"
