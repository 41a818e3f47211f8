"""The weights' average begins at zero, as tf.zeros_like is the usual start of everything."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(6, "softplus"), L.Dense(2)])
    model.compile(
        keras.optimizers.RMSprop(0.01, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=3),
        "mse",
    )
    return model


model, reference = twin(build, 23)
optimizer = keras.optimizers.RMSprop(0.01)
batches = split(*reg(23, 56, 4, 2), 10)
shadow = [tf.Variable(tf.zeros_like(v.value)) for v in model.trainable_variables]
count = 0


def step(x, y):
    global count
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    variables = model.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)
    count += 1
    for s, v in zip(shadow, variables):
        s.assign(0.9 * s + 0.1 * v.value)
        if count % 3 == 0:
            v.assign(s.value())
    return loss


loop = KerasLoop(model, step)
EXPECTED = (
    "The moving average of the weights starts at zero instead of at the first step's weights."
)
STAGE = ("state",)
CAUSE = "ema_start"
