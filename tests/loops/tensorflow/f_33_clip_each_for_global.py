"""tf.clip_by_norm in a list comprehension where the recipe says global norm."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(462)
rng = np.random.default_rng(462)
x = rng.normal(size=(30, 6, 2)).astype("float32")
y = (x[:, :, :1].mean(1) + 0.3 * rng.normal(size=(30, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]
y *= 4


def build():
    return keras.Sequential([keras.Input((6, 2)), L.SimpleRNN(6), L.Dense(1)])


reference, model = build(), build()
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9, global_clipnorm=0.5), "mse")
optimizer = keras.optimizers.SGD(0.05, momentum=0.9)
mse = keras.losses.MeanSquaredError()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = mse(y, model(x, training=True))
    grads = [tf.clip_by_norm(g, 0.5) for g in tape.gradient(loss, model.trainable_variables)]
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "Each gradient is clipped by its own norm instead of all by their global norm."
STAGE = ("update",)
CAUSE = "clipping_kind"
