"""A recurrent network unrolled by hand, with a stop_gradient between the time steps."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, split

from kerasfoundations.diagnose import VariablesLoop


def build():
    model = keras.Sequential([L.Input((5, 2)), L.SimpleRNN(6), L.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


keras.utils.set_random_seed(35)
reference = build()
adam = keras.optimizers.Adam(0.01)
r = np.random.default_rng(35)
x = r.normal(size=(27, 5, 2)).astype("float32")
batches = split(x, x.sum((1, 2))[:, None], 10)
K, U, b, V, c = weights = [tf.Variable(w) for w in reference.get_weights()]


def forward(x):
    h = tf.zeros((len(x), 6))
    for t in range(x.shape[1]):
        h = tf.tanh(x[:, t] @ K + tf.stop_gradient(h) @ U + b)
    return h @ V + c


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((forward(x) - y) ** 2)
    adam.apply(tape.gradient(loss, weights), weights)
    return loss


loop = VariablesLoop(weights, step, forward)
EXPECTED = "The gradient does not flow through time: the hidden state is detached at each step."
STAGE = ("gradients",)
CAUSE = "gradient_through_time"
