"""A WaveNet-style causal convolution by padding and slicing."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(713)
rng = np.random.default_rng(713)
x = rng.normal(size=(28, 8, 2)).astype("float32")
y = (x[:, :, :1].mean(1) + 0.3 * rng.normal(size=(28, 1))).astype("float32")
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 28, 11)]

reference = keras.Sequential(
    [
        keras.Input((8, 2)),
        L.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="relu"),
        L.GlobalAveragePooling1D(),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.Lamb(0.01), "mse")
K, b, W, c = V = [tf.Variable(w) for w in reference.get_weights()]
optimizer = keras.optimizers.Lamb(0.01)


def forward(x):
    padded = tf.pad(tf.convert_to_tensor(x), [[0, 0], [4, 0], [0, 0]])
    h = sum(tf.einsum("ntc,co->nto", padded[:, 2 * k : 2 * k + 8], K[k]) for k in range(3)) + b
    return tf.reduce_mean(tf.nn.relu(h), axis=1) @ W + c


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((forward(x) - y) ** 2)
    optimizer.apply(tape.gradient(loss, V), V)
    return loss


loop = VariablesLoop(V, train_step, forward)

EXPECTED = "equal"
