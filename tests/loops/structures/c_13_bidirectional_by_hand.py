"""A bidirectional LSTM tagger by hand, with sequences returned."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(213)
rng = np.random.default_rng(213)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(size=(40, 5, 3)).astype("float32")
y = np.cumsum(x[..., :1], 1).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [
        keras.Input((5, 3)),
        keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=True), merge_mode="ave"),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")
V = [tf.Variable(w) for w in reference.get_weights()]


def lstm(x, kernel, recurrent, bias, order):
    h = c = tf.zeros((x.shape[0], recurrent.shape[0]))
    hs = {}
    for t in order:
        i, f, g, o = tf.split(x[:, t] @ kernel + h @ recurrent + bias, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        hs[t] = h
    return tf.stack([hs[t] for t in sorted(hs)], 1)


def predict(x):
    n = x.shape[1]
    both = lstm(x, *V[:3], range(n)) + lstm(x, *V[3:6], range(n - 1, -1, -1))
    return both / 2 @ V[6] + V[7]


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((predict(x) - y) ** 2)
    for v, g in zip(V, tape.gradient(loss, V)):
        v.assign_sub(0.1 * g)
    return loss


loop = VariablesLoop(V, train_step, predict)
EXPECTED = "equal"
