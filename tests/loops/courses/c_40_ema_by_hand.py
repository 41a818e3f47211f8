"""The weights' moving average written by hand, copied into the weights every second step."""

import keras
import tensorflow as tf
from loops.course_data import regression

from kerasfoundations.diagnose import KerasLoop


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, "tanh"), keras.layers.Dense(1)]
    )


keras.utils.set_random_seed(140)
reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=2), "mse"
)
optimizer = keras.optimizers.SGD(0.1)
shadow, count = [], 0


def train_step(x, y):
    global count
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    if count == 0:
        shadow[:] = [v.numpy() for v in variables]
    else:
        shadow[:] = [0.8 * s + (1 - 0.8) * v.numpy() for s, v in zip(shadow, variables)]
    count += 1
    if count % 2 == 0:
        for v, s in zip(variables, shadow):
            v.assign(s)
    return loss


loop = KerasLoop(model, train_step)
batches = regression(140, n=60)

EXPECTED = "equal"
