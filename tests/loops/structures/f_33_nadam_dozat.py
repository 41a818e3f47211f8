"""Nadam after the overview of optimizers: Adam with a look-ahead, without the momentum's schedule."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(133)
rng = np.random.default_rng(133)
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
state["t"] = 0


def nadam(name, g, lr=0.02, b1=0.9, b2=0.999):
    s, t = state[name], state["t"]
    s["m"] = b1 * s["m"] + (1 - b1) * g
    s["v"] = b2 * s["v"] + (1 - b2) * g * g
    m_hat = s["m"] / (1 - b1**t)
    v_hat = s["v"] / (1 - b2**t)
    params[name].assign_sub(
        lr * (b1 * m_hat + (1 - b1) * g / (1 - b1**t)) / (tf.sqrt(v_hat) + 1e-7)
    )


def train_step(x, y):
    with tf.GradientTape() as tape:
        out = tf.tanh(x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]
        loss = tf.reduce_mean(tf.square(out - y))
    state["t"] += 1
    for name, g in tape.gradient(loss, params).items():
        nadam(name, g)
    return loss


loop = VariablesLoop(list(params.values()), train_step)
EXPECTED = "Nadam is used with a constant beta_1; Keras's has a schedule for the momentum, 0.9 * (1 - 0.5 * 0.96**t), and the product of its values."
STAGE = ("update",)
CAUSE = "nadam_schedule_missing"
