"""Momentum as in a well-known online course."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import KerasLoop

batches = reg(47)
reference = net(
    (4,),
    [layers.Dense(5, "tanh"), layers.Dense(1)],
    keras.optimizers.SGD(0.05, momentum=0.9),
    "mse",
    47,
)
model = net((4,), [layers.Dense(5, "tanh"), layers.Dense(1)], "sgd", "mse", 48)
velocity = [tf.Variable(tf.zeros_like(w)) for w in model.trainable_variables]


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    grads = tape.gradient(loss, model.trainable_variables)
    for w, v, g in zip(model.trainable_variables, velocity, grads):
        v.assign(0.9 * v + 0.1 * g)
        w.assign_sub(0.05 * v)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "Momentum is written as an average, v = b v + (1 - b) g, so that each step is 1 - b times Keras's."
STAGE = ("update",)
CAUSE = "damped_momentum"
