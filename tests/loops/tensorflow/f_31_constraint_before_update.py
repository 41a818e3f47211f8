"""NonNeg applied at the start of the step, before the gradients."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(951)
rng = np.random.default_rng(951)
x = rng.normal(size=(34, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(34, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]

reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(
            6, activation="tanh", kernel_initializer="random_uniform", kernel_constraint="non_neg"
        ),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.2), "mse")
reference.layers[0].kernel.assign(np.abs(reference.layers[0].kernel.numpy()))
V = [tf.Variable(w) for w in reference.get_weights()]


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.tanh(x @ V[0] + V[1]) @ V[2] + V[3] - y) ** 2)
    grads = tape.gradient(loss, V)
    V[0].assign(tf.maximum(V[0], 0.0))
    for v, g in zip(V, grads):
        v.assign_sub(0.2 * g)
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "The non-negativity constraint is applied before the update instead of after it, so the weights leave the step negative."
STAGE = ("update",)
CAUSE = "constraint_early"
