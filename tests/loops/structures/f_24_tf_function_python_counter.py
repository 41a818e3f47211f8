"""A trainer object with a compiled step that counts steps in an attribute."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(124)
rng = np.random.default_rng(124)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(size=(48, 5)).astype("float32")
y = np.sin(x[:, :2]).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.Adam(0.02), "mse")


class AdamTrainer(tf.Module):
    def __init__(self, arrays, lr):
        super().__init__()
        self.w = [tf.Variable(a) for a in arrays]
        self.m = [tf.Variable(tf.zeros_like(a)) for a in arrays]
        self.v = [tf.Variable(tf.zeros_like(a)) for a in arrays]
        self.lr, self.t = lr, 0

    @tf.function
    def step(self, x, y):
        self.t += 1
        with tf.GradientTape() as tape:
            h = tf.nn.relu(tf.matmul(x, self.w[0]) + self.w[1])
            loss = tf.reduce_mean(tf.square(tf.matmul(h, self.w[2]) + self.w[3] - y))
        grads = tape.gradient(loss, self.w)
        for w, m, v, g in zip(self.w, self.m, self.v, grads):
            m.assign(0.9 * m + 0.1 * g)
            v.assign(0.999 * v + 0.001 * g * g)
            rate = self.lr * (1 - 0.999**self.t) ** 0.5 / (1 - 0.9**self.t)
            w.assign_sub(rate * m / (tf.sqrt(v) + 1e-7))
        return loss


trainer = AdamTrainer(reference.get_weights(), 0.02)
loop = VariablesLoop(trainer.w, lambda x, y: trainer.step(tf.constant(x), tf.constant(y)))
EXPECTED = "The step count is a Python integer inside tf.function: it is fixed when the function is traced, so that Adam's bias correction stays that of the first step."
STAGE = ("state",)
CAUSE = "adam_count_frozen"
