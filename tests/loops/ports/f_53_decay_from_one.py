"""Learning-rate decay by hand: t is raised before it is used."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import VariablesLoop

batches = reg(53, n=60)
schedule = keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.3)
reference = net(
    (4,), [layers.Dense(5, "tanh"), layers.Dense(1)], keras.optimizers.SGD(schedule), "mse", 53
)
variables = [tf.Variable(w) for w in reference.get_weights()]
step = tf.Variable(0.0)


def train_step(x, y):
    w1, b1, w2, b2 = variables
    step.assign_add(1.0)
    rate = 0.1 / (1 + 0.3 * step)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.tanh(x @ w1 + b1) @ w2 + b2 - y) ** 2)
    for w, g in zip(variables, tape.gradient(loss, variables)):
        w.assign_sub(rate * g)
    return loss


loop = VariablesLoop(variables, train_step)

EXPECTED = "The learning rate decays with a count that starts at 1 instead of 0, so each step has the rate of the next."
STAGE = ("update", "state")
CAUSE = "schedule_offset"
