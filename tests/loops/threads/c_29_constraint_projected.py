"""Projected gradient descent: the kernel is clipped at zero after assign_sub."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(129)
rng = np.random.default_rng(129)
x = rng.normal(size=(25, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(25, 1))).astype("float32")
batches = [(x[i : i + 7], y[i : i + 7]) for i in range(0, 25, 7)]


def build():
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(5, activation="sigmoid", kernel_constraint="non_neg"),
            keras.layers.Dense(1, kernel_constraint="unit_norm"),
        ]
    )


model = build()
velocity = [tf.zeros(v.shape) for v in model.trainable_variables]


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    grads = tape.gradient(loss, model.trainable_variables)
    for i, (w, g) in enumerate(zip(model.trainable_variables, grads)):
        velocity[i] = 0.7 * velocity[i] - 0.1 * g
        w.assign_add(velocity[i])
    hidden, _, out, _ = model.trainable_variables
    hidden.assign(tf.maximum(hidden, 0.0))
    out.assign(out / (1e-7 + tf.norm(out, axis=0, keepdims=True)))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.SGD(0.1, momentum=0.7), "mse")
