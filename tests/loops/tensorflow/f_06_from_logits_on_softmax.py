"""The most frequent Keras question on losses: softmax at the end and from_logits=True."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(770)
rng = np.random.default_rng(770)
x = rng.normal(size=(34, 6)).astype("float32")
y = (x @ rng.normal(size=(6, 4)) + rng.normal(size=(34, 4))).argmax(1)
y = np.eye(4, dtype="float32")[y]
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]

reference = keras.Sequential(
    [keras.Input((6,)), L.Dense(8, activation="relu"), L.Dense(4, activation="softmax")]
)
reference.compile(keras.optimizers.RMSprop(0.01), "categorical_crossentropy")
model = keras.models.clone_model(reference)
optimizer = keras.optimizers.RMSprop(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=model(x, training=True))
        )
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The loss treats the softmax probabilities as logits (from_logits=True), so softmax is applied twice."
STAGE = ("loss",)
CAUSE = "softmax_twice"
