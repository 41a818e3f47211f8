"""AdamW re-implemented as Adam plus weight_decay * w in the gradient."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "The weight decay is added to the gradient (coupled, L2-like) and so goes through Adam's moments, instead of being decoupled as in AdamW."
STAGE = ("update", "gradients")

keras.utils.set_random_seed(42)
rng = np.random.default_rng(42)
x = rng.normal(size=(33, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(33, 1))).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 33, 10)]


def build():
    return keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)]
    )


model = build()
optimizer = keras.optimizers.Adam(0.01)
WEIGHT_DECAY = 0.05


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.mean_squared_error(y, model(x, training=True)))
    grads = tape.gradient(loss, model.trainable_variables)
    grads = [g + WEIGHT_DECAY * w for g, w in zip(grads, model.trainable_variables)]
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.AdamW(0.01, weight_decay=0.05), "mse")
CAUSE = "decay_coupled"
