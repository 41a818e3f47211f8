"""Imbalanced data with class weights in a tape loop."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.post_data import binary, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(15)


def make():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(6, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


reference = make()
reference.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
model = make()
optimizer = keras.optimizers.Adam(0.01)
x, y = binary(15, n=48, rate=0.25)
neg, pos = float((y == 0).sum()), float((y == 1).sum())
total = neg + pos
weight_for_0 = total / (2 * pos)
weight_for_1 = total / (2 * neg)
bce = keras.losses.BinaryCrossentropy(reduction="none")


def train_step(x, y):
    with tf.GradientTape() as tape:
        p = model(x, training=True)
        w = tf.where(y[:, 0] > 0.5, weight_for_1, weight_for_0)
        loss = tf.reduce_mean(bce(y, p) * tf.cast(w, tf.float32))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(
    x, y, 14, np.where(y[:, 0] > 0.5, total / (2 * pos), total / (2 * neg)).astype("float32")
)
EXPECTED = "The two class weights are swapped: the rare class gets the small weight and the frequent one the large."
STAGE = ("reduction", "loss")
CAUSE = "class_weights_mixed"
