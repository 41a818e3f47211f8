"""AMSGrad in a compiled step whose counter is a tf.Variable."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(224)
rng = np.random.default_rng(224)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(size=(48, 5)).astype("float32")
y = np.sin(x[:, :2]).astype("float32")
batches = [(x[i : i + 20], y[i : i + 20]) for i in range(0, len(x), 20)]
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.Adam(0.02, amsgrad=True), "mse")


class AdamTrainer(tf.Module):
    def __init__(self, arrays, lr):
        super().__init__()
        self.w = [tf.Variable(a) for a in arrays]
        self.m, self.v, self.top = [
            [tf.Variable(tf.zeros_like(a)) for a in arrays] for _ in range(3)
        ]
        self.lr, self.t = lr, tf.Variable(0.0)

    @tf.function
    def step(self, x, y):
        self.t.assign_add(1.0)
        with tf.GradientTape() as tape:
            h = tf.nn.relu(tf.matmul(x, self.w[0]) + self.w[1])
            loss = tf.reduce_mean(tf.square(tf.matmul(h, self.w[2]) + self.w[3] - y))
        grads = tape.gradient(loss, self.w)
        rate = self.lr * tf.sqrt(1 - 0.999**self.t) / (1 - 0.9**self.t)
        for w, m, v, top, g in zip(self.w, self.m, self.v, self.top, grads):
            m.assign(0.9 * m + 0.1 * g)
            v.assign(0.999 * v + 0.001 * g * g)
            top.assign(tf.maximum(top, v))
            w.assign_sub(rate * m / (tf.sqrt(top) + 1e-7))
        return loss


trainer = AdamTrainer(reference.get_weights(), 0.02)
loop = VariablesLoop(trainer.w, lambda x, y: trainer.step(tf.constant(x), tf.constant(y)))
EXPECTED = "equal"
