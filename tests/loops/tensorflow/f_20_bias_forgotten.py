"""A network over variables whose second layer forgets its bias."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(887)
rng = np.random.default_rng(887)
x = rng.normal(size=(34, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(34, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]

reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(6, activation="relu"),
        L.Dense(6, activation="relu", bias_initializer="random_normal"),
        L.Dense(1, bias_initializer=keras.initializers.Constant(0.5)),
    ]
)
reference.compile(keras.optimizers.Adam(0.01), "mse")
W1, b1, W2, b2, W3, b3 = V = [tf.Variable(w) for w in reference.get_weights()]
optimizer = keras.optimizers.Adam(0.01)


def predict(x):
    h = tf.nn.relu(tf.matmul(x, W1) + b1)
    h = tf.nn.relu(tf.matmul(h, W2) + b2)
    return tf.matmul(h, W3)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(predict(x) - y))
    grads = tape.gradient(loss, V, unconnected_gradients="zero")
    optimizer.apply(grads, V)
    return loss


loop = VariablesLoop(V, train_step, predict)

EXPECTED = (
    "The output layer's bias is not added in the forward pass (and so never gets a gradient)."
)
STAGE = ("outputs",)
CAUSE = "bias_missing"
