"""A training class with tf.clip_by_global_norm, for a reference with global_clipnorm."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(206)
rng = np.random.default_rng(206)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(0, 2, size=(40, 4)).astype("float32")
y = (3 * x[:, :2] + 1).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="elu"), keras.layers.Dense(2)]
)
reference.compile(
    keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, global_clipnorm=0.5), "mse"
)


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
        grads, _ = tf.clip_by_global_norm(tape.gradient(loss, self.vars), self.max_norm)
        for v, m, g in zip(self.vars, self.velocity, grads):
            old = tf.identity(m)
            m.assign(self.mu * m - self.lr * g)
            v.assign_add(-self.mu * old + (1 + self.mu) * m)
        return loss


trainer = Trainer(reference.get_weights())
loop = VariablesLoop(trainer.vars, trainer.train, predict=trainer.forward)
EXPECTED = "equal"
