"""A train_step that returns a Mean metric which nobody resets."""

import keras
import tensorflow as tf
from loops.course_data import regression

from kerasfoundations.diagnose import KerasLoop


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(1)]
    )


keras.utils.set_random_seed(43)
reference, model = build(), build()
reference.compile(keras.optimizers.Adam(0.01), "mse")
optimizer = keras.optimizers.Adam(0.01)
loss_fn = keras.losses.MeanSquaredError()
train_loss = keras.metrics.Mean(name="train_loss")


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    train_loss.update_state(loss)
    return train_loss.result()


loop = KerasLoop(model, train_step)
batches = regression(43)

EXPECTED = "The step returns the running mean of a metric that is never reset, in place of the loss of its batch."
STAGE = ("data", "loss", "reduction")
CAUSE = "last_batch_overweighted"
