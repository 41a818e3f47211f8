"""A model that returns a logit, trained in a loop with the default binary cross-entropy."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(846)
rng = np.random.default_rng(846)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(40, 1)) > 0).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 40, 16)]

reference = keras.Sequential([keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(1)])
reference.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(from_logits=True))
model = keras.models.clone_model(reference)
optimizer = keras.optimizers.Adam(0.01)
bce = keras.losses.BinaryCrossentropy()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = bce(y, model(x, training=True))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "from_logits=True is missing: the logits are clipped and treated as probabilities by the binary cross-entropy."
STAGE = ("loss",)
CAUSE = "logits_as_probabilities"
