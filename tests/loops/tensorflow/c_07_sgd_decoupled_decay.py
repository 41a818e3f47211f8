"""SGD with decoupled decay on kernels only, where the reference excludes the biases by name."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(373)
rng = np.random.default_rng(373)
x = rng.normal(size=(28, 6))
y = np.tanh(x @ rng.normal(size=(6, 2))) + 0.3 * rng.normal(size=(28, 2))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 28, 10)]

reference = keras.Sequential([keras.Input((6,)), L.Dense(5, activation="tanh"), L.Dense(2)])
opt = keras.optimizers.SGD(0.1, momentum=0.8, weight_decay=0.05)
opt.exclude_from_weight_decay(var_names=["bias"])
reference.compile(opt, "mse")

V = [tf.Variable(w) for w in reference.get_weights()]
velocity = [tf.Variable(tf.zeros_like(v)) for v in V]


def train_step(x, y):
    with tf.GradientTape() as tape:
        h = tf.tanh(tf.nn.bias_add(tf.matmul(x, V[0]), V[1]))
        loss = tf.reduce_mean(
            tf.math.squared_difference(tf.nn.bias_add(tf.matmul(h, V[2]), V[3]), y)
        )
    grads = tape.gradient(loss, V)
    for p, buf, g in zip(V, velocity, grads):
        buf.assign(0.8 * buf + g)
        decay = 0.1 * 0.05 * p if len(p.shape) > 1 else tf.zeros_like(p)
        p.assign(p - decay - 0.1 * buf)
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "equal"
