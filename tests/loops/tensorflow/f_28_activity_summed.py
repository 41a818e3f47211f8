"""Activity regularization written as one would write a weight penalty."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(27)
rng = np.random.default_rng(27)
x = rng.normal(size=(34, 6))
y = np.tanh(x @ rng.normal(size=(6, 1))) + 0.3 * rng.normal(size=(34, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]

reference = keras.Sequential(
    [
        keras.Input((6,)),
        L.Dense(8, activation="sigmoid", activity_regularizer=keras.regularizers.L2(0.01)),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
W1, b1, W2, b2 = V = [tf.Variable(w) for w in reference.get_weights()]


def train_step(x, y):
    with tf.GradientTape() as tape:
        h = tf.sigmoid(x @ W1 + b1)
        loss = tf.reduce_mean((h @ W2 + b2 - y) ** 2) + 0.01 * tf.reduce_sum(h**2)
    for v, g in zip(V, tape.gradient(loss, V)):
        v.assign_sub(0.05 * g)
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "The activity penalty is summed over the batch; Keras divides it by the batch size."
STAGE = ("regularization",)
CAUSE = "activity_penalty_summed"
