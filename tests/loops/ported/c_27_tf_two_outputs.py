"""Two outputs with loss weights, written out in a GradientTape loop, Nadam."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(127)
x = rng.normal(size=(35, 6)).astype("float32")
ya = rng.normal(size=(35, 2)).astype("float32")
yb = rng.integers(0, 2, size=(35, 1)).astype("float32")
batches = [(x[i : i + 10], (ya[i : i + 10], yb[i : i + 10])) for i in range(0, 35, 10)]


def build(seed):
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((6,))
    h = keras.layers.Dense(8, activation="relu")(inputs)
    return keras.Model(
        inputs, [keras.layers.Dense(2)(h), keras.layers.Dense(1, activation="sigmoid")(h)]
    )


reference = build(127)
reference.compile(
    keras.optimizers.Nadam(0.01), ["mse", "binary_crossentropy"], loss_weights=[0.3, 2.0]
)
model = build(128)
optimizer = keras.optimizers.Nadam(0.01)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        a, b = model(x, training=True)
        regression = tf.reduce_mean(tf.math.squared_difference(a, y[0]))
        classification = tf.reduce_mean(keras.losses.binary_crossentropy(y[1], b))
        total = 0.3 * regression + 2.0 * classification
    grads = tape.gradient(total, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return total


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
