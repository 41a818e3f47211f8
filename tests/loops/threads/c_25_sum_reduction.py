"""A loop with reduce_sum, for a reference that sums as well."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import VariablesLoop

EXPECTED = "equal"

keras.utils.set_random_seed(125)
rng = np.random.default_rng(125)
x = rng.normal(size=(24, 3)).astype("float32")
y = (np.sin(x @ rng.normal(size=(3, 2))) + 0.1 * rng.normal(size=(24, 2))).astype("float32")
batches = [(x[i : i + 7], y[i : i + 7]) for i in range(0, 24, 7)]
layers = [
    tf.Variable(tf.random.normal((3, 5))),
    tf.Variable(tf.zeros(5)),
    tf.Variable(tf.random.normal((5, 2))),
    tf.Variable(tf.zeros(2)),
]


def forward(x):
    return tf.nn.gelu(x @ layers[0] + layers[1]) @ layers[2] + layers[3]


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.reduce_mean(tf.abs(forward(x) - y), axis=1))
    for w, g in zip(layers, tape.gradient(loss, layers)):
        w.assign_sub(0.01 * g)
    return loss


loop = VariablesLoop(layers, train_step, predict=forward)
reference = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(5, activation="gelu"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.SGD(0.01), keras.losses.MeanAbsoluteError(reduction="sum"))
