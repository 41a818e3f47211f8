"""Linear regression with variables in float64."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(130)
reference = keras.Sequential(
    [
        keras.Input((4,), dtype="float64"),
        layers.Dense(6, activation="tanh", dtype="float64"),
        layers.Dense(1, dtype="float64"),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1, momentum=0.5), keras.losses.MeanSquaredError(dtype="float64")
)
shapes = [(4, 6), (6,), (6, 1), (1,)]
params = [tf.Variable(tf.zeros(s, tf.float64)) for s in shapes]
velocity = [tf.Variable(tf.zeros(s, tf.float64)) for s in shapes]


def train_step(x, y):
    x, y = tf.cast(x, tf.float64), tf.cast(y, tf.float64)
    with tf.GradientTape() as tape:
        h = tf.tanh(x @ params[0] + params[1])
        loss = tf.reduce_mean((h @ params[2] + params[3] - y) ** 2)
    for p, v, g in zip(params, velocity, tape.gradient(loss, params)):
        v.assign(0.5 * v - tf.cast(0.1, tf.float64) * g)
        p.assign_add(v)
    return loss


loop = VariablesLoop(params, train_step)
x, y = regression(130, d=4)
batches = cut(x.astype("float64"), y.astype("float64"), 12)
EXPECTED = "equal"
