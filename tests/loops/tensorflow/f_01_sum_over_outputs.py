"""A regression with several targets whose squared errors are summed over the targets, as in many lecture notes."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(174)
rng = np.random.default_rng(174)
x = rng.normal(size=(32, 4))
y = np.tanh(x @ rng.normal(size=(4, 3))) + 0.3 * rng.normal(size=(32, 3))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 32, 12)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(6, activation="tanh"), L.Dense(3)])
reference.compile(keras.optimizers.SGD(0.05), "mse")
model = keras.models.clone_model(reference)
optimizer = keras.optimizers.SGD(0.05)


def train_step(x, y):
    with tf.GradientTape() as tape:
        errors = tf.reduce_sum(tf.square(model(x, training=True) - y), axis=-1)
        loss = tf.reduce_mean(errors)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The squared errors are summed over the output dimension instead of averaged, so loss and gradients are three times too large."
STAGE = ("loss", "reduction")
CAUSE = "loss_summed_over_outputs"
