"""A strided convolution with PyTorch's symmetric padding."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, split

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [L.Input((6, 6, 1)), L.Conv2D(3, 3, 2, "same", activation="relu"), L.Flatten(), L.Dense(2)]
    )
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), "mse")
    return model


keras.utils.set_random_seed(34)
reference = build()
r = np.random.default_rng(34)
x = r.normal(size=(22, 6, 6, 1)).astype("float32")
batches = split(x, r.normal(size=(22, 2)).astype("float32"), 8)
sgd = keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True)


def own():
    return keras.Sequential(
        [
            L.Input((6, 6, 1)),
            L.ZeroPadding2D(1),
            L.Conv2D(3, 3, 2, activation="relu"),
            L.Flatten(),
            L.Dense(2),
        ]
    )


model = own()


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    sgd.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "The strided convolution pads symmetrically (PyTorch) instead of as Keras's 'same'."
STAGE = ("outputs",)
CAUSE = "padding_place"
