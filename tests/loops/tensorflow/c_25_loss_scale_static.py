"""A static loss scale by hand: scale the loss, divide the gradients."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(205)
rng = np.random.default_rng(205)
x = rng.normal(size=(36, 5)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(36, 1)) > 0).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]


def build():
    return keras.Sequential(
        [keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(1, activation="sigmoid")]
    )


reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.2, momentum=0.5, loss_scale_factor=1024.0), "binary_crossentropy"
)
optimizer = keras.optimizers.SGD(0.2, momentum=0.5)
loss_fn = keras.losses.BinaryCrossentropy()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
        scaled_loss = 1024.0 * loss
    scaled = tape.gradient(scaled_loss, model.trainable_variables)
    optimizer.apply_gradients((g / 1024.0, v) for g, v in zip(scaled, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
