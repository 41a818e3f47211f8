"""MaxNorm and NonNeg applied by hand after the update."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(431)
rng = np.random.default_rng(431)
x = rng.normal(size=(32, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(32, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 32, 12)]

reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(6, activation="relu", kernel_constraint=keras.constraints.MaxNorm(0.8)),
        L.Dense(1, kernel_constraint="non_neg"),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")
W1, b1, W2, b2 = V = [tf.Variable(w) for w in reference.get_weights()]


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.nn.relu(x @ W1 + b1) @ W2 + b2 - y) ** 2)
    for v, g in zip(V, tape.gradient(loss, V)):
        v.assign_sub(0.1 * g)
    norms = tf.sqrt(tf.reduce_sum(W1**2, axis=0, keepdims=True))
    W1.assign(W1 * tf.clip_by_value(norms, 0, 0.8) / (1e-7 + norms))
    W2.assign(tf.nn.relu(W2))
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "equal"
