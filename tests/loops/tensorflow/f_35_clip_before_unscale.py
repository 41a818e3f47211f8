"""Mixed-precision loop that clips the gradients while they still carry the loss scale."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(390)
rng = np.random.default_rng(390)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(40, 1)) > 0).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 40, 14)]


def build():
    return keras.Sequential([keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(1)])


reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.5, global_clipnorm=0.3, loss_scale_factor=128.0),
    keras.losses.BinaryCrossentropy(from_logits=True),
)
optimizer = keras.optimizers.SGD(0.5)
bce = keras.losses.BinaryCrossentropy(from_logits=True)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = bce(y, model(x, training=True))
        scaled = loss * 128.0
    grads = tape.gradient(scaled, model.trainable_variables)
    grads, _ = tf.clip_by_global_norm(grads, 0.3)
    grads = [g / 128.0 for g in grads]
    optimizer.apply(grads, model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The gradients are clipped before they are unscaled, so the clipping threshold is 128 times too small."
STAGE = ("update",)
CAUSE = "clipping_before_unscaling"
