"""clipvalue where the reference has clipnorm."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(8, "tanh"), L.Dense(2)])
    model.compile(keras.optimizers.SGD(0.1, momentum=0.8, clipnorm=0.2), "mse")
    return model


model, reference = twin(build, 14)
x, y = reg(14, 26, 4, 2)
batches = split(x, 4 * y, 8)
sgd = keras.optimizers.SGD(0.1, momentum=0.8)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    variables = model.trainable_variables
    sgd.apply([tf.clip_by_value(g, -0.2, 0.2) for g in tape.gradient(loss, variables)], variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "Gradients are clipped by value instead of by norm."
STAGE = ("update", "gradients")
CAUSE = "clipping_kind"
