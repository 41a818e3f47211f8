"""Moving average of the weights in a loop, copied into the model every three steps."""

import keras
import tensorflow as tf
from loops.practice_data import cut, mlp, tabular

from kerasfoundations.diagnose import KerasLoop

x, y = tabular(119, n=40, out=2)
batches = cut(9, x, y)
reference = mlp(119, 4, 2)
reference.compile(
    keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=3), "mse"
)
model, optimizer = mlp(5, 4, 2), keras.optimizers.SGD(0.1)
shadow, count = None, 0


def train_step(x, y):
    global shadow, count
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    variables = model.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)
    now = [v.numpy() for v in variables]
    shadow = now if count == 0 else [0.9 * s + 0.1 * w for s, w in zip(shadow, now)]
    count += 1
    if count % 3 == 0:
        for v, s in zip(variables, shadow):
            v.assign(s)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
