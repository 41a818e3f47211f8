"""Plain momentum where nesterov=True was compiled."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(143)
rng = np.random.default_rng(143)
x = rng.normal(size=(30, 5, 3)).astype("float32")
y = (x[:, :, :1].mean(1) + 0.3 * rng.normal(size=(30, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]


def build():
    return keras.Sequential([keras.Input((5, 3)), L.LSTM(6), L.Dense(1)])


reference, model = build(), build()
reference.compile(keras.optimizers.SGD(0.02, momentum=0.9, nesterov=True), "mse")
optimizer = keras.optimizers.SGD(0.02, momentum=0.9)
mse = keras.losses.MeanSquaredError()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = mse(y, model(x, training=True))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "Nesterov momentum is replaced by plain momentum."
STAGE = ("update",)
CAUSE = "nesterov"
