"""A residual block in mixed_bfloat16 with Adafactor, through GradientTape."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(90)
rng = np.random.default_rng(90)
x = rng.normal(size=(32, 6))
y = np.tanh(x @ rng.normal(size=(6, 1))) + 0.3 * rng.normal(size=(32, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 32, 12)]


def build():
    inputs = keras.Input((6,))
    h = L.Dense(8, activation="relu", dtype="mixed_bfloat16")(inputs)
    h = L.Add(dtype="mixed_bfloat16")([h, L.Dense(8, activation="relu", dtype="mixed_bfloat16")(h)])
    return keras.Model(inputs, L.Dense(1, dtype="float32")(h))


reference, model = build(), build()
reference.compile(keras.optimizers.Adafactor(0.02, relative_step=False), "mse")
optimizer = keras.optimizers.Adafactor(0.02, relative_step=False)
mse = keras.losses.MeanSquaredError()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = mse(y, model(x, training=True))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
