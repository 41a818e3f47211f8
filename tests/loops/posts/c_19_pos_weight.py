"""weighted_cross_entropy_with_logits for imbalanced data, where fit has class weights."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.post_data import binary, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(119)


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(1)]
    )


reference = make()
reference.compile(
    keras.optimizers.SGD(0.1, momentum=0.9), keras.losses.BinaryCrossentropy(from_logits=True)
)
model = make()
optimizer = keras.optimizers.SGD(0.1, momentum=0.9)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.weighted_cross_entropy_with_logits(
                labels=y, logits=model(x, training=True), pos_weight=4.0
            )
        )
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x, y = binary(119, rate=0.2)
batches = cut(x, y, 12, np.where(y[:, 0] > 0.5, 4.0, 1.0).astype("float32"))
EXPECTED = "equal"
