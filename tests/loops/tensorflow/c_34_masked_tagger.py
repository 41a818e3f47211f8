"""A tagger's masked loss: sum over the valid steps, divided by their number."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(753)
rng = np.random.default_rng(9)
x = rng.integers(1, 12, size=(34, 6))
x[np.arange(6) >= rng.integers(2, 7, size=(34, 1))] = 0
y = (x % 3).astype("int32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]

reference = keras.Sequential(
    [
        keras.Input((6,), dtype="int32"),
        L.Embedding(12, 5, mask_zero=True),
        L.SimpleRNN(6, return_sequences=True),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model = keras.models.clone_model(reference)
optimizer = keras.optimizers.Adam(0.02)


def train_step(x, y):
    mask = tf.cast(x != 0, tf.float32)
    with tf.GradientTape() as tape:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=y, logits=model(x, training=True)
        )
        loss = tf.reduce_sum(losses * mask) / tf.reduce_sum(mask)
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
