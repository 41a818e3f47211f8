"""A two-class loop to which the weights of the samples were never passed on."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, Own, binary, split, twin


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(6, "elu"), L.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.Ftrl(0.05), "binary_crossentropy")
    return model


model, reference = twin(build, 2)
x, y = binary(2, 30, 4)
batches = split(x, y, 8, np.where(y[:, 0] > 0, 2.5, 0.7).astype("float32"))
bce = keras.losses.BinaryCrossentropy()


def step(model, x, y, sample_weight=None):
    with tf.GradientTape() as tape:
        loss = bce(y, model(x, training=True))
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = Own(model, step)
EXPECTED = "The sample weights are ignored: the loss is the plain mean."
STAGE = ("reduction", "loss")
CAUSE = "sample_weights_ignored"
