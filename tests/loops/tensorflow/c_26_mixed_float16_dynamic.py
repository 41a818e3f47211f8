"""The mixed-precision guide's loop with a LossScaleOptimizer."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(502)
rng = np.random.default_rng(502)
x = rng.normal(size=(32, 8))
y = np.tanh(x @ rng.normal(size=(8, 1))) + 0.3 * rng.normal(size=(32, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 32, 12)]


def build():
    return keras.Sequential(
        [
            keras.Input((8,)),
            L.Dense(8, activation="relu", dtype="mixed_float16"),
            L.Dense(1, dtype="float32"),
        ]
    )


reference, model = build(), build()
reference.compile(
    keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.05), initial_scale=1024.0), "mse"
)
optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.05), initial_scale=1024.0)
optimizer.build(model.trainable_variables)
mse = keras.losses.MeanSquaredError()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = mse(y, model(x, training=True))
        scaled = optimizer.scale_loss(loss)
    optimizer.apply(tape.gradient(scaled, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
