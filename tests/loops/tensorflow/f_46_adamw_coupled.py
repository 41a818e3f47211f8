"""Weight decay added to the gradient before Adam, where AdamW is meant."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(766)
rng = np.random.default_rng(766)
x = rng.normal(size=(30, 8, 3)).astype("float32")
y = (x[:, :, :1].mean(1) + 0.3 * rng.normal(size=(30, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]


def build():
    return keras.Sequential(
        [
            keras.Input((8, 3)),
            L.Conv1D(6, 3, activation="gelu"),
            L.GlobalAveragePooling1D(),
            L.Dense(1),
        ]
    )


reference, model = build(), build()
reference.compile(keras.optimizers.AdamW(0.01, weight_decay=0.1), "mse")
optimizer = keras.optimizers.Adam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    variables = model.trainable_variables
    grads = [g + 0.1 * v for g, v in zip(tape.gradient(loss, variables), variables)]
    optimizer.apply(grads, variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The weight decay is added to the gradient (L2, coupled) and so goes through Adam's moments, instead of being decoupled as in AdamW."
STAGE = ("update",)
CAUSE = "decay_coupled"
