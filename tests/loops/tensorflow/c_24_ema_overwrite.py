"""Weight averaging by hand that writes the average back every second step."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(795)
rng = np.random.default_rng(795)
x = rng.normal(size=(40, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(40, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 40, 12)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(5, activation="tanh"), L.Dense(1)])
reference.compile(
    keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.7, ema_overwrite_frequency=2), "mse"
)
V = [tf.Variable(w) for w in reference.get_weights()]
average = None
iterations = 0


def train_step(x, y):
    global average, iterations
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.tanh(x @ V[0] + V[1]) @ V[2] + V[3] - y) ** 2)
    for v, g in zip(V, tape.gradient(loss, V)):
        v.assign_sub(0.1 * g)
    if average is None:
        average = [tf.identity(v) for v in V]
    else:
        average = [0.7 * a + 0.3 * v for a, v in zip(average, V)]
    iterations += 1
    if iterations % 2 == 0:
        for v, a in zip(V, average):
            v.assign(a)
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "equal"
