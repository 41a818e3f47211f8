"""Moving average of the weights in a loop, copied into the model every three steps."""

import keras
import tensorflow as tf
from loops.practice_data import cut, mlp, tabular

from kerasfoundations.diagnose import KerasLoop

x, y = tabular(19, n=40, out=2)
batches = cut(9, x, y)
reference = mlp(24, 4, 2)
reference.compile(
    keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=3), "mse"
)
model, optimizer = mlp(25, 4, 2), keras.optimizers.SGD(0.1)
shadow, count = None, 0


def train_step(x, y):
    global shadow, count
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    variables = model.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)
    now = [v.numpy() for v in variables]
    shadow = (
        now if shadow is None or count == 0 else [0.1 * s + 0.9 * w for s, w in zip(shadow, now)]
    )
    count += 1
    if count % 3 == 0:
        for v, s in zip(variables, shadow):
            v.assign(s)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The factors of the moving average of the weights are swapped: the old average counts 0.1 and the new weights 0.9."
STAGE = ("state",)
CAUSE = "ema_momentum"
