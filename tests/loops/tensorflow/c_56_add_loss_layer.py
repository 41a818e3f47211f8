"""A layer that calls add_loss, met in variational autoencoders, in the guide's loop."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(876)
rng = np.random.default_rng(876)
x = rng.normal(size=(32, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(32, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 32, 12)]


@keras.saving.register_keras_serializable("a56")
class KLPenalty(L.Layer):
    def call(self, h):
        self.add_loss(0.01 * keras.ops.mean(keras.ops.sum(h**2, axis=-1)))
        return h


def build():
    return keras.Sequential(
        [keras.Input((5,)), L.Dense(6, activation="tanh"), KLPenalty(), L.Dense(1)]
    )


reference, model = build(), build()
reference.compile(keras.optimizers.Adam(0.02), "mse")
optimizer = keras.optimizers.Adam(0.02)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = keras.ops.mean(keras.losses.mean_squared_error(y, model(x, training=True)))
        loss += sum(model.losses)
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
