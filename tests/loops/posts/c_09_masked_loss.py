"""Masked loss of the sequence tutorials: sum over the mask's sum."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, sentences

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(109)


def make():
    return keras.Sequential(
        [
            keras.Input((7,), dtype="int32"),
            layers.Embedding(12, 5, mask_zero=True),
            layers.LSTM(5, return_sequences=True),
            layers.Dense(4),
        ]
    )


reference = make()
reference.compile(
    keras.optimizers.SGD(0.2), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model = make()
optimizer = keras.optimizers.SGD(0.2)


def masked_loss(label, pred, mask):
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=label, logits=pred)
    mask = tf.cast(mask, loss.dtype)
    return tf.reduce_sum(loss * mask) / tf.reduce_sum(mask)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = masked_loss(y, model(x, training=True), x != 0)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x, _ = sentences(109)
batches = cut(x, (x % 4).astype("int32"), 12)
EXPECTED = "equal"
