"""Tape loop with kernel_regularizer, whose penalty "has no effect"."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(4)


def make():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(10, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01)),
            layers.Dense(1, kernel_regularizer=keras.regularizers.L2(0.01)),
        ]
    )


reference = make()
reference.compile(keras.optimizers.SGD(0.05), "mse")
model = make()
optimizer = keras.optimizers.SGD(0.05)
loss_object = keras.losses.MeanSquaredError()


@tf.function
def step(inputs, targets):
    with tf.GradientTape() as tape:
        predictions = model(inputs, training=True)
        loss = loss_object(targets, predictions)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


def train_step(x, y):
    return step(x, y)


loop = KerasLoop(model, train_step)
batches = cut(*regression(4), 16)
EXPECTED = "The layers' L2 penalties (model.losses) are not added to the loss."
STAGE = ("regularization",)
CAUSE = "penalty_missing"
