"""A training class with an autoclipping helper, for a reference with global_clipnorm."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(106)
rng = np.random.default_rng(106)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(0, 2, size=(40, 4)).astype("float32")
y = (3 * x[:, :2] + 1).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="elu"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9, global_clipnorm=0.5), "mse")


class Trainer:
    def __init__(self, arrays, lr=0.1, mu=0.9, max_norm=0.5):
        self.vars = [tf.Variable(a) for a in arrays]
        self.velocity = [tf.Variable(tf.zeros_like(v)) for v in self.vars]
        self.lr, self.mu, self.max_norm = lr, mu, max_norm

    def forward(self, x):
        w1, b1, w2, b2 = self.vars
        return tf.nn.elu(x @ w1 + b1) @ w2 + b2

    @tf.function
    def train(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self.forward(x) - y) ** 2)
        grads = [tf.clip_by_norm(g, self.max_norm) for g in tape.gradient(loss, self.vars)]
        for v, m, g in zip(self.vars, self.velocity, grads):
            m.assign(self.mu * m - self.lr * g)
            v.assign_add(m)
        return loss


trainer = Trainer(reference.get_weights())
loop = VariablesLoop(trainer.vars, trainer.train, predict=trainer.forward)
EXPECTED = "Each gradient is clipped by its own norm; the reference clips by the norm of all of them together."
STAGE = ("update", "gradients")
CAUSE = "clipping_kind"
