"""Tape loop which adds sum(model.losses)."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(105)


def make():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(
                8, activation="relu", kernel_regularizer=keras.regularizers.L1L2(0.001, 0.01)
            ),
            layers.Dense(3, activation="softmax", kernel_regularizer="l2"),
        ]
    )


reference = make()
reference.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
model = make()
optimizer = keras.optimizers.Adam(0.01)
loss_fn = keras.losses.SparseCategoricalCrossentropy()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*classes(105), 15)
EXPECTED = "equal"
