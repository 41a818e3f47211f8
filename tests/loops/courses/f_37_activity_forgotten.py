"""A sparse autoencoder in a GradientTape loop without model.losses."""

import keras
import tensorflow as tf
from loops.course_data import regression

from kerasfoundations.diagnose import KerasLoop


def build():
    return keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(8, "relu", activity_regularizer=keras.regularizers.L1(0.02)),
            keras.layers.Dense(5),
        ]
    )


keras.utils.set_random_seed(36)
reference, autoencoder = build(), build()
reference.compile(keras.optimizers.SGD(0.1), "mse")
optimizer = keras.optimizers.SGD(0.1)
loss_fn = keras.losses.MeanSquaredError()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, autoencoder(x, training=True))
    gradients = tape.gradient(loss, autoencoder.trainable_variables)
    optimizer.apply_gradients(zip(gradients, autoencoder.trainable_variables))
    return loss


loop = KerasLoop(autoencoder, train_step)
batches = [(x, x) for x, _ in regression(36, d=5)]

EXPECTED = "The activity regularizer's penalty (sum of model.losses) is not added to the loss."
STAGE = ("regularization",)
CAUSE = "activity_penalty_missing"
