"""Kaggle competition scored by RMSE, which became the loss."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(32)


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(1)]
    )


reference = make()
reference.compile(keras.optimizers.SGD(0.05), "mse")
model = make()
optimizer = keras.optimizers.SGD(0.05)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.sqrt(tf.reduce_mean(tf.square(y - model(x, training=True))))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*regression(32), 12)
EXPECTED = "The loss is the root of the mean squared error instead of the mean squared error."
STAGE = ("reduction", "loss")
CAUSE = "another_loss"
