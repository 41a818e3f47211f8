"""Kernel penalties computed by hand, the activity regularizer overlooked."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(417)
rng = np.random.default_rng(417)
x = rng.normal(size=(34, 6))
y = np.tanh(x @ rng.normal(size=(6, 1))) + 0.3 * rng.normal(size=(34, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]


def build(activity):
    return keras.Sequential(
        [
            keras.Input((6,)),
            L.Dense(
                8,
                activation="relu",
                kernel_regularizer=keras.regularizers.L2(0.01),
                activity_regularizer=activity,
            ),
            L.Dense(1),
        ]
    )


reference, model = build(keras.regularizers.L1(0.005)), build(None)
reference.compile(keras.optimizers.RMSprop(0.01), "mse")
optimizer = keras.optimizers.RMSprop(0.01)
mse = keras.losses.MeanSquaredError()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = mse(y, model(x, training=True)) + sum(model.losses)
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = (
    "The activity regularizer of the hidden layer is missing; only the kernel penalty is added."
)
STAGE = ("regularization",)
CAUSE = "activity_penalty_missing"
