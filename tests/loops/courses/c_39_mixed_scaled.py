"""mixed_float16 with LossScaleOptimizer in a custom loop."""

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


keras.utils.set_random_seed(139)
reference, model = build(), build()
reference.compile(
    keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.05), initial_scale=256.0), "mse"
)
optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.05), initial_scale=256.0)
optimizer.build(model.trainable_variables)
loss_fn = keras.losses.MeanSquaredError()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
        scaled = optimizer.scale_loss(loss)
    optimizer.apply(tape.gradient(scaled, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
batches = regression(139)

EXPECTED = "equal"
