"""Adam with amsgrad on variables of TensorFlow."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import VariablesLoop

batches = reg(153, n=55)
reference = net(
    (4,),
    [layers.Dense(5, "tanh"), layers.Dense(1)],
    keras.optimizers.Adam(0.02, beta_2=0.9, amsgrad=True),
    "mse",
    153,
)
variables = [tf.Variable(w) for w in reference.get_weights()]
m, v, vmax = ([tf.Variable(tf.zeros_like(w)) for w in variables] for _ in range(3))
t = tf.Variable(0.0)


def predict(x):
    w1, b1, w2, b2 = variables
    return tf.tanh(x @ w1 + b1) @ w2 + b2


def train_step(x, y):
    t.assign_add(1.0)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((predict(x) - y) ** 2)
    rate = 0.02 * tf.sqrt(1 - 0.9**t) / (1 - 0.9**t)
    for w, a, b, c, g in zip(variables, m, v, vmax, tape.gradient(loss, variables)):
        a.assign(0.9 * a + 0.1 * g)
        b.assign(0.9 * b + 0.1 * g * g)
        c.assign(tf.maximum(b, c))
        w.assign_sub(rate * a / (tf.sqrt(c) + 1e-7))
    return loss


loop = VariablesLoop(variables, train_step, predict)

EXPECTED = "equal"
