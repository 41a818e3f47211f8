"""Kaggle kernel with hand-made label smoothing."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(21)


def make():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(8, activation="relu"),
            layers.Dense(4, activation="softmax"),
        ]
    )


reference = make()
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
)
model = make()
optimizer = keras.optimizers.SGD(0.1)


def train_step(x, y):
    smoothed = y * (1 - 0.1) + 0.1
    with tf.GradientTape() as tape:
        p = model(x, training=True)
        loss = tf.reduce_mean(keras.losses.categorical_crossentropy(smoothed, p))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x, y = classes(21, k=4)
batches = cut(x, np.eye(4, dtype="float32")[y], 12)
EXPECTED = "Label smoothing adds the whole smoothing to every class instead of smoothing divided by the number of classes."
STAGE = ("loss",)
CAUSE = "label_smoothing_share"
