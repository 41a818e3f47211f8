"""An LSTM written out with TensorFlow 1's gate order."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(30, 4, 3)).astype("float32")
y = (x[:, :, :1].mean(1) + 0.3 * rng.normal(size=(30, 1))).astype("float32")
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 30, 11)]

reference = keras.Sequential([keras.Input((4, 3)), L.LSTM(4), L.Dense(1)])
reference.compile(keras.optimizers.Adam(0.01), "mse")
Wx, Wh, b, V, d = params = [tf.Variable(w) for w in reference.get_weights()]
optimizer = keras.optimizers.Adam(0.01)


def forward(x):
    h = c = tf.zeros((len(x), 4))
    for t in range(4):
        i, j, f, o = tf.split(x[:, t] @ Wx + h @ Wh + b, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(j)
        h = tf.sigmoid(o) * tf.tanh(c)
    return h @ V + d


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((forward(x) - y) ** 2)
    optimizer.apply_gradients(zip(tape.gradient(loss, params), params))
    return loss


loop = VariablesLoop(params, train_step, forward)

EXPECTED = "The LSTM's gates are read in the order i, g, f, o (TensorFlow 1's cells) instead of Keras's i, f, g, o."
STAGE = ("outputs",)
CAUSE = "gate_order"
