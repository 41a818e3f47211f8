"""A recurrent network whose state is detached in every time step."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(908)
rng = np.random.default_rng(908)
x = rng.normal(size=(30, 5, 2)).astype("float32")
y = (x[:, :, :1].mean(1) + 0.3 * rng.normal(size=(30, 1))).astype("float32")
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 30, 11)]

reference = keras.Sequential([keras.Input((5, 2)), L.SimpleRNN(5), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
Wx, Wh, b, V, c = params = [tf.Variable(w) for w in reference.get_weights()]
optimizer = keras.optimizers.SGD(0.1, momentum=0.9)


def forward(x):
    h = tf.zeros((len(x), 5))
    for t in range(5):
        h = tf.tanh(x[:, t] @ Wx + tf.stop_gradient(h) @ Wh + b)
    return h @ V + c


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((forward(x) - y) ** 2)
    optimizer.apply_gradients(zip(tape.gradient(loss, params), params))
    return loss


loop = VariablesLoop(params, train_step, forward)

EXPECTED = "The hidden state is detached in every time step (tf.stop_gradient), so no gradient flows back through time."
STAGE = ("gradients",)
CAUSE = "gradient_through_time"
