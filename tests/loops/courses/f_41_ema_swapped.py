"""An exponential moving average of the weights written by hand, its factors exchanged."""

import keras
import tensorflow as tf
from loops.course_data import regression

from kerasfoundations.diagnose import KerasLoop


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, "tanh"), keras.layers.Dense(1)]
    )


keras.utils.set_random_seed(40)
reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=2), "mse"
)
optimizer = keras.optimizers.SGD(0.1)
DECAY = 0.8
ema, count = None, 0


def train_step(x, y):
    global ema, count
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    values = [v.numpy() for v in model.trainable_variables]
    ema = values if ema is None else [(1 - DECAY) * e + DECAY * v for e, v in zip(ema, values)]
    count += 1
    if count % 2 == 0:
        for v, e in zip(model.trainable_variables, ema):
            v.assign(e)
    return loss


loop = KerasLoop(model, train_step)
batches = regression(40, n=60)

EXPECTED = "The factors of the moving average are exchanged: the average takes (1 - momentum) of the old average and momentum of the new weights."
STAGE = ("update", "state")
CAUSE = "ema_momentum"
