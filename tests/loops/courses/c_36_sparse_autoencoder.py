"""An activity and a kernel regularizer, added with sum(model.losses)."""

import keras
import tensorflow as tf
from loops.course_data import regression

from kerasfoundations.diagnose import KerasLoop


def build():
    return keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(8, "relu", activity_regularizer=keras.regularizers.L1(0.02)),
            keras.layers.Dense(5, kernel_regularizer="l2"),
        ]
    )


keras.utils.set_random_seed(136)
reference, model = build(), build()
reference.compile(keras.optimizers.RMSprop(0.01, centered=True), "mse")
optimizer = keras.optimizers.RMSprop(0.01, centered=True)
loss_fn = keras.losses.MeanSquaredError()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
        loss += sum(model.losses)
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)
batches = [(x, x) for x, _ in regression(136, d=5)]

EXPECTED = "equal"
