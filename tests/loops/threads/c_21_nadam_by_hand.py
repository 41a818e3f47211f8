"""Nadam as in Keras's docstring, with NumPy state next to a TensorFlow tape."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(121)
rng = np.random.default_rng(121)
x = rng.normal(size=(32, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(32, 1))).astype("float32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 32, 9)]


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(7, activation="selu"), keras.layers.Dense(1)]
    )


model = build()
state = {"t": 0, "product": 1.0, "m": [0.0] * 4, "v": [0.0] * 4}


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    state["t"] += 1
    t = state["t"]
    u, u_next = 0.9 * (1 - 0.5 * 0.96**t), 0.9 * (1 - 0.5 * 0.96 ** (t + 1))
    state["product"] *= u
    for i, (w, g) in enumerate(
        zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables))
    ):
        g = g.numpy().astype("float64")
        m = state["m"][i] = 0.9 * state["m"][i] + 0.1 * g
        v = state["v"][i] = 0.999 * state["v"][i] + 0.001 * g * g
        m_hat = u_next * m / (1 - state["product"] * u_next) + (1 - u) * g / (1 - state["product"])
        w.assign(w.numpy() - 0.01 * m_hat / (np.sqrt(v / (1 - 0.999**t)) + 1e-7))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.Nadam(0.01), "mse")
