"""keras.losses.mse on the tape: a loss per sample."""

import keras
import tensorflow as tf
from loops.course_data import regression

from kerasfoundations.diagnose import KerasLoop


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(2)]
    )


keras.utils.set_random_seed(42)
reference, model = build(), build()
reference.compile(keras.optimizers.SGD(0.01), "mse")
optimizer = keras.optimizers.SGD(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        y_pred = model(x, training=True)
        loss = keras.losses.mean_squared_error(y, y_pred)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return tf.reduce_mean(loss)


loop = KerasLoop(model, train_step)
batches = regression(42, k=2)

EXPECTED = "The loss is a vector with one entry per sample; tape.gradient sums it, so the gradient is that of the sum instead of the mean."
STAGE = ("reduction", "gradients")
CAUSE = "gradient_summed"
