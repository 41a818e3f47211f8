"""GELU as in GPT-2's code, with tanh."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, reg, split

from kerasfoundations.diagnose import VariablesLoop


def build():
    model = keras.Sequential([L.Input((5,)), L.Dense(10, "gelu"), L.Dense(2)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


keras.utils.set_random_seed(45)
reference = build()
x, y = reg(45, 33, 5, 2)
batches = split(2 * x, y, 12)
W, b, V, c = weights = [tf.Variable(w) for w in reference.get_weights()]


def forward(x):
    z = x @ W + b
    h = 0.5 * z * (1 + tf.tanh(np.sqrt(2 / np.pi).astype("float32") * (z + 0.044715 * z**3)))
    return h @ V + c


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((forward(x) - y) ** 2)
    for w, g in zip(weights, tape.gradient(loss, weights)):
        w.assign_sub(0.1 * g)
    return loss


loop = VariablesLoop(weights, step, forward)
EXPECTED = "GELU is the tanh approximation; Keras's default is the exact one."
STAGE = ("outputs",)
CAUSE = "another_activation"
