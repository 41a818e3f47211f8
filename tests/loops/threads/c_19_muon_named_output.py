"""Muon with the output layer excluded, in a plain tape loop."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(119)
rng = np.random.default_rng(119)
x = rng.normal(size=(28, 5)).astype("float32")
y = (np.argmax(x[:, :4] + 0.5 * rng.normal(size=(28, 4)), axis=1)).astype("int32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 28, 8)]


def build():
    return keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(6, activation="relu", name="hidden"),
            keras.layers.Dense(6, activation="relu", name="hidden_2"),
            keras.layers.Dense(4, name="logits"),
        ]
    )


def muon():
    return keras.optimizers.Muon(0.01, exclude_layers=["logits"])


model, optimizer = build(), muon()
criterion = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = criterion(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(grads, model.trainable_variables)
    return float(loss)


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(muon(), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
