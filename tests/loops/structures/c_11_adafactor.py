"""Adafactor written down from the paper, with factored second moments."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(211)
rng = np.random.default_rng(211)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(size=(44, 6)).astype("float32")
y = (x[:, :3] ** 2).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((6,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)]
)
reference.compile(keras.optimizers.Adafactor(0.05), "mse")
params = [tf.Variable(w) for w in reference.get_weights()]
slots = [{"r": 0.0, "c": 0.0, "v": 0.0} for w in params]
clock = {"t": 0}


def rms(a):
    return np.sqrt(np.mean(np.square(a)))


def second_moment(s, square, beta):
    if square.ndim == 1:
        s["v"] = beta * s["v"] + (1 - beta) * square
        return s["v"]
    s["r"] = beta * s["r"] + (1 - beta) * square.mean(1)
    s["c"] = beta * s["c"] + (1 - beta) * square.mean(0)
    return np.outer(s["r"], s["c"]) / s["r"].mean()


def train_step(x, y):
    with tf.GradientTape() as tape:
        w1, b1, w2, b2 = params
        loss = tf.reduce_mean((tf.nn.relu(x @ w1 + b1) @ w2 + b2 - y) ** 2)
    clock["t"] += 1
    t = clock["t"]
    beta = 1 - t**-0.8
    rho = min(0.05, 1 / np.sqrt(t))
    for s, p, g in zip(slots, params, tape.gradient(loss, params)):
        g = g.numpy()
        u = g / np.sqrt(second_moment(s, g**2 + 1e-30, beta))
        u /= max(1.0, rms(u))
        p.assign_sub(max(1e-3, rms(p.numpy())) * rho * u)
    return loss


loop = VariablesLoop(params, train_step)
EXPECTED = "equal"
