"""The NMT tutorial's loss: cross-entropy times mask over the sum of the mask."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(123)
rng = np.random.default_rng(123)
x = rng.integers(1, 9, size=(21, 7)).astype("int32")
for row, length in zip(x, rng.integers(1, 8, size=21)):
    row[length:] = 0
y = ((x + 1) % 4).astype("int32")
batches = [(x[i : i + 6], y[i : i + 6]) for i in range(0, 21, 6)]


def build():
    return keras.Sequential(
        [
            keras.Input((7,), dtype="int32"),
            keras.layers.Embedding(9, 4, mask_zero=True),
            keras.layers.GRU(5, return_sequences=True),
            keras.layers.Dense(4),
        ]
    )


model = build()
optimizer = keras.optimizers.Adam(0.01)


def train_step(inp, targ):
    with tf.GradientTape() as tape:
        logits = model(inp, training=True)
        loss_ = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targ, logits=logits)
        mask = tf.cast(tf.not_equal(inp, 0), loss_.dtype)
        loss = tf.reduce_sum(loss_ * mask) / tf.reduce_sum(mask)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
