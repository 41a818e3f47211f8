"""Average of word vectors (fastText style) over padded sentences."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(115)
rng = np.random.default_rng(115)
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
    return tf.reduce_mean(tf.gather(E, x), 1) @ W + b


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits(x)))
    for v, g in zip(V, tape.gradient(loss, V)):
        g = tf.convert_to_tensor(g)
        v.assign_sub(0.1 * g)
    return loss


loop = VariablesLoop(V, train_step, lambda x: tf.nn.softmax(logits(x)))
EXPECTED = (
    "The mean of the embeddings is taken over the padding as well; the reference masks zeros."
)
STAGE = ("outputs",)
CAUSE = "padding_processed"
