"""A sparse autoencoder: the activity penalty over the batch size, as Keras divides it."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [
            L.Input((6,)),
            L.Dense(4, "sigmoid", activity_regularizer=keras.regularizers.L1(0.02)),
            L.Dense(6),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


model, reference = twin(build, 110)
x, _ = reg(110, 27, 6, 1)
batches = split(x, x, 8)


def step(x, y):
    first, second = model.layers
    with tf.GradientTape() as tape:
        code = tf.sigmoid(tf.matmul(x, first.kernel) + first.bias)
        loss = tf.reduce_mean((second(code) - y) ** 2) + 0.02 * tf.reduce_sum(code) / len(x)
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
