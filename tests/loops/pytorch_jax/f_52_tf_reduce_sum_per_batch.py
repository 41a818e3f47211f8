"""Gradients of the losses summed over the batch, divided by a fixed batch size."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

L = keras.layers
rng = np.random.default_rng(2412)
keras.utils.set_random_seed(2412)

x = rng.normal(size=(42, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(42, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 42, 16)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
model = keras.Sequential([keras.Input((4,)), L.Dense(8, activation="relu"), L.Dense(1)])
optimizer = keras.optimizers.SGD(0.05)
mse = keras.losses.MeanSquaredError(reduction="none")
BATCH = 16


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.nn.compute_average_loss(mse(y, model(x, training=True)), global_batch_size=BATCH)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = (
    "The losses are divided by the fixed batch size 16, also those of the smaller last batch."
)
STAGE = ("reduction",)
CAUSE = "fixed_batch_size"
