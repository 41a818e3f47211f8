"""The tutorial's tf.function loop with an optimizer that few use."""

import keras
import tensorflow as tf
from loops.course_data import regression

from kerasfoundations.diagnose import KerasLoop


def build():
    return keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(1)]
    )


keras.utils.set_random_seed(132)
reference, model = build(), build()
reference.compile(keras.optimizers.Ftrl(0.05, l1_regularization_strength=0.01), "mse")
optimizer = keras.optimizers.Ftrl(0.05, l1_regularization_strength=0.01)
loss_fn = keras.losses.MeanSquaredError()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)
batches = regression(132, d=5)

EXPECTED = "equal"
