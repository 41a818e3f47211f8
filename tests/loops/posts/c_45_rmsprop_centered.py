"""RMSprop, centered and with momentum, on a list of tf.Variable."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(145)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(6, activation="tanh"), layers.Dense(2)]
)
reference.compile(
    keras.optimizers.RMSprop(0.01, rho=0.9, momentum=0.8, centered=True, epsilon=1e-6), "mse"
)
variables = [tf.Variable(tf.zeros(s)) for s in ((5, 6), (6,), (6, 2), (2,))]
squares, means, moments = ([tf.Variable(tf.zeros_like(v)) for v in variables] for _ in range(3))
squares, means, moments = list(squares), list(means), list(moments)


def train_step(x, y):
    w1, b1, w2, b2 = variables
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(tf.tanh(x @ w1 + b1) @ w2 + b2 - y))
    for w, s, m, v, g in zip(variables, squares, means, moments, tape.gradient(loss, variables)):
        s.assign(0.9 * s + 0.1 * g**2)
        m.assign(0.9 * m + 0.1 * g)
        v.assign(0.8 * v + 0.01 * g / tf.sqrt(s - m**2 + 1e-6))
        w.assign_sub(v)
    return loss


loop = VariablesLoop(variables, train_step)
batches = cut(*regression(145, k=2), 12)
EXPECTED = "equal"
