"""tf.clip_by_norm of each gradient for clipnorm, with momentum by hand."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(8, "tanh"), L.Dense(2)])
    model.compile(keras.optimizers.SGD(0.1, momentum=0.8, clipnorm=0.2), "mse")
    return model


model, reference = twin(build, 114)
x, y = reg(114, 26, 4, 2)
batches = split(x, 4 * y, 8)
velocity = [tf.Variable(tf.zeros(v.shape)) for v in model.trainable_variables]


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    for v, u, g in zip(
        model.trainable_variables, velocity, tape.gradient(loss, model.trainable_variables)
    ):
        u.assign(0.8 * u + tf.clip_by_norm(g, 0.2))
        v.assign_sub(0.1 * u)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
