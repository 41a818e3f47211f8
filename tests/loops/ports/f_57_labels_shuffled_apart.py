"""np.random.shuffle(x); np.random.shuffle(y)."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import KerasLoop


def build(seed):
    return net(
        (4,), [layers.Dense(5, "tanh"), layers.Dense(1)], keras.optimizers.SGD(0.1), "mse", seed
    )


batches = reg(57)
reference, model = build(57), build(58)
rng = np.random.default_rng(0)


def train_step(x, y):
    x = rng.permutation(x)
    y = rng.permutation(y)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.mean_squared_error(y, model(x, training=True)))
    grads = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply(grads, model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "x and y are shuffled by two different permutations, so inputs and targets no longer belong together."
STAGE = ("data", "loss")
CAUSE = "shuffled_apart"
