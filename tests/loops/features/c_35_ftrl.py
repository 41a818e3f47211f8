"""A sparse linear model with Ftrl, on a persistent tape."""

import keras
import tensorflow as tf
from loops.feature_data import L, binary, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((8,)), L.Dense(5, "tanh"), L.Dense(1, "sigmoid")])
    model.compile(
        keras.optimizers.Ftrl(
            0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.01
        ),
        "binary_crossentropy",
    )
    return model


model, reference = twin(build, 135)
batches = split(*binary(135, 34, 8), 12)


def step(x, y):
    with tf.GradientTape(persistent=True) as tape:
        loss = tf.reduce_mean(keras.losses.binary_crossentropy(y, model(x, training=True)))
    variables = model.trainable_variables
    model.optimizer.apply([tape.gradient(loss, v) for v in [v.value for v in variables]], variables)
    del tape
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
