"""Logistic regression on imbalanced data with Ftrl."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import binary, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(127)


def make():
    return keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])


reference = make()
reference.compile(
    keras.optimizers.Ftrl(0.1, l1_regularization_strength=0.01), "binary_crossentropy"
)
model = make()
optimizer = keras.optimizers.Ftrl(0.1, l1_regularization_strength=0.01)
bce = keras.losses.BinaryCrossentropy()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = bce(y, model(x, training=True))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*binary(127, d=8, rate=0.2), 12)
EXPECTED = "equal"
