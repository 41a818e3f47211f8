"""Max norm after a hand-written step, over axis 0."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split

from kerasfoundations.diagnose import VariablesLoop


def build():
    model = keras.Sequential(
        [
            L.Input((4,)),
            L.Dense(6, "tanh", kernel_constraint=keras.constraints.MaxNorm(0.7)),
            L.Dense(2),
        ]
    )
    model.compile(keras.optimizers.SGD(0.2), "mse")
    return model


keras.utils.set_random_seed(111)
reference = build()
batches = split(*reg(111, 30, 4, 2), 12)
W, b, V, c = weights = [tf.Variable(w) for w in reference.get_weights()]


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.tanh(x @ W + b) @ V + c - y) ** 2)
    for w, g in zip(weights, tape.gradient(loss, weights)):
        w.assign_sub(0.2 * g)
    W.assign(tf.clip_by_norm(W, 0.7, axes=0))
    return loss


loop = VariablesLoop(weights, step)
EXPECTED = "equal"
