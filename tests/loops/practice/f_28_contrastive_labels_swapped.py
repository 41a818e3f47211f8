"""Siamese network: contrastive loss with the label convention of another source."""

import keras
import numpy as np
import tensorflow as tf
from loops.practice_data import cut

from kerasfoundations.diagnose import KerasLoop

r = np.random.default_rng(28)
x = r.normal(size=(26, 2, 4)).astype("float32")
y = (r.random((26, 1)) < 0.5).astype("float32")
batches = cut(10, x, y)


def contrastive(y, d):
    return tf.reduce_mean(y * tf.square(d) + (1 - y) * tf.square(tf.maximum(1.0 - d, 0.0)), axis=-1)


def build():
    keras.utils.set_random_seed(39)
    inp = keras.Input((2, 4))
    tower = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(5, "relu"), keras.layers.Dense(2)]
    )
    diff = tower(inp[:, 0]) - tower(inp[:, 1])
    return keras.Model(inp, keras.ops.sqrt(keras.ops.sum(diff**2, axis=-1, keepdims=True) + 1e-6))


reference = build()
reference.compile(keras.optimizers.RMSprop(0.005), contrastive)
model, optimizer = build(), keras.optimizers.RMSprop(0.005)


def train_step(x, y):
    with tf.GradientTape() as tape:
        d = model(x, training=True)
        loss = tf.reduce_mean((1 - y) * d**2 + y * tf.maximum(1.0 - d, 0.0) ** 2)
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The two terms of the contrastive loss are swapped: pairs labelled 1 (similar) are pushed apart and pairs labelled 0 are pulled together."
STAGE = ("loss",)
CAUSE = "labels_swapped"
