"""Regression on a column of a data frame, targets of shape (n,)."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(5)


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(1)]
    )


reference = make()
reference.compile(keras.optimizers.Adam(0.01), "mse")
model = make()
opt = keras.optimizers.Adam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        y_hat = model(x, training=True)
        loss = tf.reduce_mean(tf.square(y - y_hat))
    grads = tape.gradient(loss, model.trainable_variables)
    opt.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x, y = regression(5)
batches = cut(x, y[:, 0], 12)
EXPECTED = "Targets (n,) minus predictions (n, 1) broadcast to an n by n matrix."
STAGE = ("loss",)
CAUSE = "broadcast"
