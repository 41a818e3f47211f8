"""Lion after the paper's pseudocode, over tf.Variables."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(824)
rng = np.random.default_rng(824)
x = rng.normal(size=(30, 5))
y = np.tanh(x @ rng.normal(size=(5, 2))) + 0.3 * rng.normal(size=(30, 2))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]

reference = keras.Sequential([keras.Input((5,)), L.Dense(6, activation="swish"), L.Dense(2)])
reference.compile(keras.optimizers.Lion(0.003, beta_1=0.9, beta_2=0.95, weight_decay=0.1), "mse")

V = [tf.Variable(w) for w in reference.get_weights()]
exp_avg = [tf.Variable(tf.zeros_like(v)) for v in V]


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.nn.silu(x @ V[0] + V[1]) @ V[2] + V[3] - y) ** 2)
    for p, m, g in zip(V, exp_avg, tape.gradient(loss, V)):
        update = tf.sign(0.9 * m + 0.1 * g)
        p.assign(p * (1 - 0.003 * 0.1) - 0.003 * update)
        m.assign(0.95 * m + 0.05 * g)
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "equal"
