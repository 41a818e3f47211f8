"""LAMB over one flat parameter vector, as large-batch scripts store it."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(110)
rng = np.random.default_rng(110)
x = rng.normal(size=(44, 5)).astype("float32")
y = np.abs(x[:, :2]).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.Lamb(0.02), "mse")


class FlatLamb:
    def __init__(self, arrays):
        self.shapes = [a.shape for a in arrays]
        self.sizes = [int(a.size) for a in arrays]
        self.theta = tf.Variable(tf.zeros(sum(self.sizes)))
        self.m = tf.Variable(tf.zeros_like(self.theta))
        self.v = tf.Variable(tf.zeros_like(self.theta))
        self.t = 0
        self.set_weights(arrays)

    def unflatten(self, theta):
        return [tf.reshape(p, s) for p, s in zip(tf.split(theta, self.sizes), self.shapes)]

    def get_weights(self):
        return [p.numpy() for p in self.unflatten(self.theta)]

    def set_weights(self, arrays):
        self.theta.assign(np.concatenate([np.ravel(a) for a in arrays]))

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            w1, b1, w2, b2 = self.unflatten(self.theta)
            loss = tf.reduce_mean((tf.nn.relu(x @ w1 + b1) @ w2 + b2 - y) ** 2)
        g = tape.gradient(loss, self.theta)
        self.t += 1
        self.m.assign(0.9 * self.m + 0.1 * g)
        self.v.assign(0.999 * self.v + 0.001 * g * g)
        update = (self.m / (1 - 0.9**self.t)) / (tf.sqrt(self.v / (1 - 0.999**self.t)) + 1e-7)
        ratio = tf.norm(self.theta) / tf.norm(update)
        self.theta.assign_sub(0.02 * ratio * update)
        return float(loss)


loop = FlatLamb(reference.get_weights())
EXPECTED = (
    "LAMB's trust ratio is computed for the whole flat vector instead of for each weight array."
)
STAGE = ("update",)
CAUSE = "weights_as_one_vector"
