"""A sequence-to-sequence loss with mask, from the NMT tutorial."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(116)
rng = np.random.default_rng(116)
from kerasfoundations.diagnose import VariablesLoop

x = rng.integers(1, 10, size=(44, 6))
for row, n in zip(x, rng.integers(2, 7, size=44)):
    row[n:] = 0
y = rng.integers(0, 4, size=(44, 6))
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [
        keras.Input((6,), dtype="int32"),
        keras.layers.Embedding(10, 5, mask_zero=True),
        keras.layers.Dense(4, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.SGD(0.3), "sparse_categorical_crossentropy")
E, W, b = V = [tf.Variable(w) for w in reference.get_weights()]


def loss_function(real, logits, source):
    loss_ = tf.nn.sparse_softmax_cross_entropy_with_logits(real, logits)
    mask = tf.cast(tf.math.not_equal(source, 0), loss_.dtype)
    loss_ *= mask
    return tf.reduce_mean(loss_)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_function(y, tf.gather(E, x) @ W + b, x)
    for v, g in zip(V, tape.gradient(loss, V)):
        v.assign_sub(0.3 * tf.convert_to_tensor(g))
    return loss


loop = VariablesLoop(V, train_step, lambda x: tf.nn.softmax(tf.gather(E, x) @ W + b))
EXPECTED = "The masked loss is divided by all time steps instead of by the unmasked ones."
STAGE = ("reduction",)
CAUSE = "mask_in_denominator"
