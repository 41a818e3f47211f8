"""A loop over variables of a model with a MaxNorm constraint."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(355)
rng = np.random.default_rng(355)
x = rng.normal(size=(32, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(32, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 32, 12)]

reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(6, activation="relu", kernel_constraint=keras.constraints.MaxNorm(0.7)),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.Adam(0.01), "mse")
V = [tf.Variable(w) for w in reference.get_weights()]
optimizer = keras.optimizers.Adam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.nn.relu(x @ V[0] + V[1]) @ V[2] + V[3] - y) ** 2)
    optimizer.apply(tape.gradient(loss, V), V)
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "The MaxNorm constraint of the first kernel is never applied after the update."
STAGE = ("update",)
CAUSE = "constraint_missing"
