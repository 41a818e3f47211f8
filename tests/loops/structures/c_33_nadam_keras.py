"""Nadam after Keras's source, with its momentum schedule, in dicts by name."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(233)
rng = np.random.default_rng(233)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(size=(44, 4)).astype("float32")
y = np.exp(x[:, :1] / 2).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, "tanh"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.Nadam(0.02), "mse")
params = {
    name: tf.Variable(w) for name, w in zip(("W1", "b1", "W2", "b2"), reference.get_weights())
}
state = {name: {"m": 0.0, "v": 0.0} for name in params}
state["t"], state["product"] = 0, 1.0


def mu(t):
    return 0.9 * (1 - 0.5 * 0.96**t)


def train_step(x, y):
    with tf.GradientTape() as tape:
        out = tf.tanh(x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]
        loss = tf.reduce_mean(tf.square(out - y))
    state["t"] += 1
    t = state["t"]
    state["product"] *= mu(t)
    for name, g in tape.gradient(loss, params).items():
        s = state[name]
        s["m"] = 0.9 * s["m"] + 0.1 * g
        s["v"] = 0.999 * s["v"] + 0.001 * g * g
        m_hat = mu(t + 1) * s["m"] / (1 - state["product"] * mu(t + 1)) + (1 - mu(t)) * g / (
            1 - state["product"]
        )
        params[name].assign_sub(0.02 * m_hat / (tf.sqrt(s["v"] / (1 - 0.999**t)) + 1e-7))
    return loss


loop = VariablesLoop(list(params.values()), train_step)
EXPECTED = "equal"
