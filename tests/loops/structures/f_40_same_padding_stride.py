"""A strided 'same' convolution in NumPy with symmetric padding, ported from PyTorch."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(140)
rng = np.random.default_rng(140)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(size=(40, 8, 2)).astype("float32")
y = rng.normal(size=(40, 1)).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [
        keras.Input((8, 2)),
        keras.layers.Conv1D(3, 3, strides=2, padding="same", activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse")
V = [tf.Variable(w) for w in reference.get_weights()]
mom = [tf.Variable(tf.zeros_like(v)) for v in V]


def conv1d(x, w, b, stride=2, pad=1):
    x = tf.pad(x, [[0, 0], [pad, pad], [0, 0]])
    k = w.shape[0]
    cols = [tf.reshape(x[:, i : i + k], (len(x), -1)) for i in range(0, x.shape[1] - k + 1, stride)]
    return tf.stack([c @ tf.reshape(w, (-1, w.shape[2])) + b for c in cols], 1)


def predict(x):
    h = tf.nn.relu(conv1d(x, V[0], V[1]))
    return tf.reshape(h, (len(x), -1)) @ V[2] + V[3]


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(predict(x) - y))
    for v, m, g in zip(V, mom, tape.gradient(loss, V)):
        m.assign(0.9 * m - 0.05 * g)
        v.assign_add(m)
    return loss


loop = VariablesLoop(V, train_step, predict)
EXPECTED = "The convolution with stride 2 pads one on both sides; Keras's 'same' pads none on the left and one on the right here."
STAGE = ("outputs",)
CAUSE = "padding_place"
