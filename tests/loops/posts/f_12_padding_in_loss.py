"""Tagging of padded sentences, Embedding(mask_zero=True), loop of one's own."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, sentences

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(12)


def make():
    return keras.Sequential(
        [
            keras.Input((7,), dtype="int32"),
            layers.Embedding(12, 5, mask_zero=True),
            layers.GRU(6, return_sequences=True),
            layers.Dense(3),
        ]
    )


reference = make()
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model = make()
optimizer = keras.optimizers.Adam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
        )
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x, _ = sentences(12)
batches = cut(x, (x % 3).astype("int32"), 12)
EXPECTED = (
    "The loss averages over the padded time steps as well; the mask of the embedding is ignored."
)
STAGE = ("reduction", "loss")
CAUSE = "mask_ignored"
