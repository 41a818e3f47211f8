"""The masked loss of the sequence-to-sequence tutorials."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, sentences

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(13)


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
loss_object = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")


def loss_function(real, pred, mask):
    loss_ = loss_object(real, pred)
    loss_ *= tf.cast(mask, loss_.dtype)
    return tf.reduce_mean(loss_)


def train_step(x, y):
    with tf.GradientTape() as tape:
        pred = tf.identity(model(x, training=True))
        loss = loss_function(y, pred, tf.not_equal(x, 0))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x, _ = sentences(13)
batches = cut(x, (x % 4).astype("int32"), 12)
EXPECTED = "The masked losses are divided by the number of all time steps instead of that of the unmasked ones."
STAGE = ("reduction",)
CAUSE = "mask_in_denominator"
