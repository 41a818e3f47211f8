"""A mixed precision loop: the loss is scaled, the gradients are never unscaled."""

import keras
import tensorflow as tf
from loops.course_data import regression

from kerasfoundations.diagnose import KerasLoop


def build():
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(6, "relu", dtype="mixed_float16"),
            keras.layers.Dense(1, dtype="float32"),
        ]
    )


keras.utils.set_random_seed(39)
reference, model = build(), build()
reference.compile(
    keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.01), initial_scale=64.0), "mse"
)
optimizer = keras.optimizers.SGD(0.01)
LOSS_SCALE = 64.0


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
        scaled_loss = loss * LOSS_SCALE
    grads = tape.gradient(scaled_loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = regression(39)

EXPECTED = "The loss is multiplied by the loss scale, but the gradients are applied by a plain optimizer without dividing them by the scale."
STAGE = ("gradients", "update")
CAUSE = "loss_scale_kept"
