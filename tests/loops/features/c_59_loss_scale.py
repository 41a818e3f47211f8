"""A loop with LossScaleOptimizer: the loss is scaled within the tape, the optimizer scales back."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((5,)), L.Dense(8, "relu"), L.Dense(2)])
    model.compile(
        keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=64.0), "mse"
    )
    return model


model, reference = twin(build, 159)
batches = split(*reg(159, 33, 5, 2), 10)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        scaled = model.optimizer.scale_loss(loss)
    model.optimizer.apply(
        tape.gradient(scaled, model.trainable_variables), model.trainable_variables
    )
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
