"""Average of word vectors over the words only, with a count that ignores padding."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(215)
rng = np.random.default_rng(215)
from kerasfoundations.diagnose import VariablesLoop

x = rng.integers(1, 12, size=(44, 7))
for row, n in zip(x, rng.integers(2, 8, size=44)):
    row[n:] = 0
y = rng.integers(0, 3, size=44)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [
        keras.Input((7,), dtype="int32"),
        keras.layers.Embedding(12, 4, mask_zero=True),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
E, W, b = V = [tf.Variable(w) for w in reference.get_weights()]


def logits(x):
    counts = tf.reduce_sum(tf.one_hot(x, 12), 1) * tf.constant([0.0] + [1.0] * 11)
    return counts @ E / tf.reduce_sum(counts, 1, keepdims=True) @ W + b


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits(x)))
    for v, g in zip(V, tape.gradient(loss, V)):
        v.assign_sub(0.1 * g)
    return loss


loop = VariablesLoop(V, train_step, lambda x: tf.nn.softmax(logits(x)))
EXPECTED = "equal"
