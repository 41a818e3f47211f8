"""A GRU by hand as Keras computes it (reset_after), unrolled, backpropagated by the tape."""

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


keras.utils.set_random_seed(131)
reference = build()
r = np.random.default_rng(131)
x = r.normal(size=(26, 5, 3)).astype("float32")
batches = split(x, x[:, :3].sum((1, 2))[:, None], 8)
K, U, B, V, c = weights = [tf.Variable(w) for w in reference.get_weights()]


def forward(x):
    h = tf.zeros((len(x), 4))
    for t in range(x.shape[1]):
        xz, xr, xh = tf.split(x[:, t] @ K + B[0], 3, 1)
        hz, hr, hh = tf.split(h @ U + B[1], 3, 1)
        z = tf.sigmoid(xz + hz)
        h = z * h + (1 - z) * tf.tanh(xh + tf.sigmoid(xr + hr) * hh)
    return h @ V + c


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((forward(x) - y) ** 2)
    for w, g in zip(weights, tape.gradient(loss, weights)):
        w.assign_sub(0.1 * g)
    return loss


loop = VariablesLoop(weights, step, forward)
EXPECTED = "equal"
