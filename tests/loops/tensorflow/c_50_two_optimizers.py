"""One Adam for each half of the network, both the same, as in GAN-style code."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(944)
rng = np.random.default_rng(944)
x = rng.normal(size=(34, 5)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(34, 1)) > 0).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]


def build():
    return keras.Sequential(
        [
            keras.Input((5,)),
            L.Dense(6, activation="leaky_relu"),
            L.Dense(4, activation="tanh"),
            L.Dense(1, activation="sigmoid"),
        ]
    )


reference, model = build(), build()
reference.compile(keras.optimizers.Adam(0.005), "binary_crossentropy")
body_optimizer, head_optimizer = keras.optimizers.Adam(0.005), keras.optimizers.Adam(0.005)
bce = keras.losses.BinaryCrossentropy()
body = model.layers[0].trainable_variables + model.layers[1].trainable_variables
head = model.layers[2].trainable_variables


@tf.function
def train_step(x, y):
    with tf.GradientTape(persistent=True) as tape:
        loss = bce(y, model(x, training=True))
    head_optimizer.apply_gradients(zip(tape.gradient(loss, head), head))
    body_optimizer.apply_gradients(zip(tape.gradient(loss, body), body))
    del tape
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
