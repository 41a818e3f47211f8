"""Loss scaling by hand without the division."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(739)
rng = np.random.default_rng(739)
x = rng.normal(size=(36, 5)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(36, 1)) > 0).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]


def build():
    return keras.Sequential([keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(1)])


reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.01, momentum=0.9, loss_scale_factor=64.0),
    keras.losses.BinaryCrossentropy(from_logits=True),
)
optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
bce = keras.losses.BinaryCrossentropy(from_logits=True)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = bce(y, model(x, training=True))
        scaled_loss = loss * 64.0
    grads = tape.gradient(scaled_loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The loss is scaled by 64 before the gradients are taken, and the gradients are never divided by it."
STAGE = ("gradients", "update")
CAUSE = "loss_scale_kept"
