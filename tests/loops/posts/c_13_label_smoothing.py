"""Label smoothing by hand."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(113)


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(4)]
    )


reference = make()
reference.compile(
    keras.optimizers.Adamax(0.01),
    keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
)
model = make()
optimizer = keras.optimizers.Adamax(0.01)


def train_step(x, y):
    smoothed = y * 0.9 + 0.1 / 4
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.softmax_cross_entropy_with_logits(labels=smoothed, logits=model(x, training=True))
        )
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x, y = classes(113, k=4)
batches = cut(x, np.eye(4, dtype="float32")[y], 12)
EXPECTED = "equal"
