"""Clipping each gradient by its own norm, the way clipnorm does."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(624)
rng = np.random.default_rng(624)
x = rng.normal(size=(32, 5))
y = np.tanh(x @ rng.normal(size=(5, 2))) + 0.3 * rng.normal(size=(32, 2))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 32, 12)]
y *= 4


def build():
    return keras.Sequential([keras.Input((5,)), L.Dense(8, activation="relu"), L.Dense(2)])


reference, model = build(), build()
reference.compile(keras.optimizers.SGD(0.1, clipnorm=0.5), "mse")
optimizer = keras.optimizers.SGD(0.1)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.mean_squared_error(y, model(x, training=True)))
    grads = [tf.clip_by_norm(g, 0.5) for g in tape.gradient(loss, model.trainable_variables)]
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
