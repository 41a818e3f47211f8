"""Static loss scaling by hand: loss * 1024 on the tape, gradients / 1024 afterwards."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(135)
rng = np.random.default_rng(135)
x = rng.normal(size=(28, 4)).astype("float32")
y = (x[:, :1] + 0.7 * rng.normal(size=(28, 1)) > 0).astype("float32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 28, 9)]


def build():
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(6, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


model = build()
optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.02)
bce = keras.losses.BinaryCrossentropy()
SCALE = 1024.0


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = bce(y, model(x, training=True))
        scaled = loss * SCALE
    grads = [g / SCALE for g in tape.gradient(scaled, model.trainable_variables)]
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.AdamW(0.01, weight_decay=0.02), "binary_crossentropy")
