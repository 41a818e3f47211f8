"""The square root of the batch's mean squared error as the loss."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

L = keras.layers
rng = np.random.default_rng(752)
keras.utils.set_random_seed(752)

x = rng.normal(size=(46, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(46, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
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


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.sqrt(tf.reduce_mean((model(x, training=True) - y) ** 2))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The loss is the root of the mean squared error (RMSE)."
STAGE = ("loss", "reduction")
CAUSE = "another_loss"
