"""A loop that hands the weights on to Keras's compute_loss."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, Own, binary, split, twin


def build():
    model = keras.Sequential(
        [L.Input((4,)), L.Dense(6, "elu", kernel_regularizer="l1"), L.Dense(1, "sigmoid")]
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    return model


model, reference = twin(build, 102)
x, y = binary(102, 30, 4)
batches = split(x, y, 8, np.where(y[:, 0] > 0, 2.5, 0.7).astype("float32"))


def step(model, x, y, sample_weight=None):
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x, y, model(x, training=True), sample_weight)
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = Own(model, step)
EXPECTED = "equal"
