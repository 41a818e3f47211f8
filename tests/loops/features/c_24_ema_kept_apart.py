"""use_ema without overwriting: the averages have no influence on training, so the loop omits them."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(7, "relu"), L.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01, use_ema=True, ema_momentum=0.9), "mse")
    return model


model, reference = twin(build, 124)
adam = keras.optimizers.Adam(0.01)
batches = split(*reg(124, 42, 4, 1), 10)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    adam.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
