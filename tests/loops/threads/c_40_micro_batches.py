"""Out-of-memory workaround: each batch in micro-batches of 3, gradients weighted by their share of the samples."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(140)
rng = np.random.default_rng(140)
x = rng.normal(size=(29, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(29, 1))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 29, 8)]


def build():
    return keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(6, activation="swish"),
            keras.layers.LayerNormalization(),
            keras.layers.Dense(1),
        ]
    )


model = build()
optimizer = keras.optimizers.Adagrad(0.05)


def train_step(x, y):
    total, grads = 0.0, [tf.zeros(v.shape) for v in model.trainable_variables]
    for start in range(0, len(x), 3):
        xs, ys = x[start : start + 3], y[start : start + 3]
        share = len(xs) / len(x)
        with tf.GradientTape() as tape:
            loss = share * tf.reduce_mean(tf.square(ys - model(xs, training=True)))
        total += loss
        grads = [a + g for a, g in zip(grads, tape.gradient(loss, model.trainable_variables))]
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return total


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.Adagrad(0.05), "mse")
