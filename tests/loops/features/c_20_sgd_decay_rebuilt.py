"""SGD with momentum and decoupled decay, written out on variables."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split

from kerasfoundations.diagnose import VariablesLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(7, "tanh"), L.Dense(1)])
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9, weight_decay=0.02), "mse")
    return model


keras.utils.set_random_seed(120)
reference = build()
batches = split(*reg(120, 33, 4, 1), 10)
W, b, V, c = weights = [tf.Variable(w) for w in reference.get_weights()]
moments = [tf.zeros_like(w) for w in weights]


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.tanh(x @ W + b) @ V + c - y) ** 2)
    for k, g in enumerate(tape.gradient(loss, weights)):
        moments[k] = 0.9 * moments[k] - 0.05 * g
        weights[k].assign((1 - 0.05 * 0.02) * weights[k] + moments[k])
    return loss


loop = VariablesLoop(weights, step)
EXPECTED = "equal"
