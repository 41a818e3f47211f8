"""Adafactor written down from the paper for a small network, matrices treated as vectors are."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(111)
rng = np.random.default_rng(111)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(size=(44, 6)).astype("float32")
y = (x[:, :3] ** 2).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((6,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)]
)
reference.compile(keras.optimizers.Adafactor(0.05), "mse")
params = [tf.Variable(w) for w in reference.get_weights()]
second = [np.zeros(w.shape, "float32") for w in params]
clock = {"t": 0}


def rms(a):
    return np.sqrt(np.mean(np.square(a)))


def train_step(x, y):
    with tf.GradientTape() as tape:
        w1, b1, w2, b2 = params
        loss = tf.reduce_mean((tf.nn.relu(x @ w1 + b1) @ w2 + b2 - y) ** 2)
    clock["t"] += 1
    t = clock["t"]
    beta = 1 - t**-0.8
    rho = min(0.05, 1 / np.sqrt(t))
    for i, (p, g) in enumerate(zip(params, tape.gradient(loss, params))):
        g = g.numpy()
        second[i] = beta * second[i] + (1 - beta) * (g**2 + 1e-30)
        u = g / np.sqrt(second[i])
        u /= max(1.0, rms(u))
        p.assign_sub(max(1e-3, rms(p.numpy())) * rho * u)
    return loss


loop = VariablesLoop(params, train_step)
EXPECTED = "Adafactor's second moment of matrices is kept in full instead of being factored into means of rows and columns."
STAGE = ("update",)
CAUSE = "matrices_as_vectors"
