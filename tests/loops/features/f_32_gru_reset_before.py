"""A GRU cell by hand after the paper of Cho et al.: reset before the product."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, split

from kerasfoundations.diagnose import VariablesLoop


def build():
    model = keras.Sequential(
        [L.Input((5, 3)), L.GRU(4, bias_initializer="random_normal"), L.Dense(1)]
    )
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


keras.utils.set_random_seed(32)
reference = build()
r = np.random.default_rng(32)
x = r.normal(size=(26, 5, 3)).astype("float32")
batches = split(x, x[:, :3].sum((1, 2))[:, None], 8)
K, U, B, V, c = weights = [tf.Variable(w) for w in reference.get_weights()]


def forward(x):
    h = tf.zeros((len(x), 4))
    for t in range(x.shape[1]):
        a = x[:, t] @ K + B[0]
        z = tf.sigmoid(a[:, :4] + h @ U[:, :4] + B[1, :4])
        reset = tf.sigmoid(a[:, 4:8] + h @ U[:, 4:8] + B[1, 4:8])
        new = tf.tanh(a[:, 8:] + (reset * h) @ U[:, 8:] + B[1, 8:])
        h = z * h + (1 - z) * new
    return h @ V + c


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((forward(x) - y) ** 2)
    for w, g in zip(weights, tape.gradient(loss, weights)):
        w.assign_sub(0.1 * g)
    return loss


loop = VariablesLoop(weights, step, forward)
EXPECTED = "The GRU applies the reset gate before the recurrent product (reset_after=False), the reference after it."
STAGE = ("outputs",)
CAUSE = "gru_reset_place"
