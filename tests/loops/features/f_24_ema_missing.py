"""An optimizer with use_ema, written out by hand without the averages."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(7, "relu"), L.Dense(1)])
    model.compile(
        keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=2), "mse"
    )
    return model


model, reference = twin(build, 24)
batches = split(*reg(24, 42, 4, 1), 10)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    for v, g in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
        v.assign_sub(0.1 * g)
    return loss


loop = KerasLoop(model, step)
EXPECTED = (
    "The moving average of the weights never overwrites the weights (ema_overwrite_frequency=2)."
)
STAGE = ("state", "update")
CAUSE = "ema_overwrite_missing"
