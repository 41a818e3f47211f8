"""A model with an exponential moving average of its weights, for evaluation."""

import keras
import tensorflow as tf
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "the moving average, meant for evaluation, is written back into the trained weights after each step"
STAGE = ("update", "state")
D = keras.layers.Dense
reference = keras_model([(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(0.1), "mse")
batches = regression(32)
model = keras.Sequential([keras.Input((4,)), D(6, "relu"), D(1)])
optimizer = keras.optimizers.SGD(0.1)
mse = keras.losses.MeanSquaredError()


def train_step(x, y):
    averages = [tf.identity(v) for v in model.trainable_variables]
    with tf.GradientTape() as tape:
        loss = mse(y, model(x, training=True))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    for average, v in zip(averages, model.trainable_variables):
        v.assign(0.9 * average + 0.1 * v)
    return loss


loop = KerasLoop(model, train_step)
CAUSE = "learning_rate"
