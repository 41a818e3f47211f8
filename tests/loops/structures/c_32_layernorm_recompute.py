"""An own LayerNorm and a block under tf.recompute_grad, which saves memory."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(232)
rng = np.random.default_rng(232)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(size=(44, 4)).astype("float32")
y = np.sign(x[:, :1]).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(5),
        keras.layers.LayerNormalization(),
        keras.layers.Activation("relu"),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.RMSprop(0.01), "mse")
V = [tf.Variable(w) for w in reference.get_weights()]
square = [tf.Variable(tf.zeros_like(v)) for v in V]


@tf.recompute_grad
def block(x, w, b, gamma, beta):
    h = x @ w + b
    h = h - tf.reduce_mean(h, -1, keepdims=True)
    h = h / tf.sqrt(tf.reduce_mean(h * h, -1, keepdims=True) + 1e-3)
    return tf.nn.relu(h * gamma + beta)


def predict(x):
    return block(tf.constant(x), *[tf.convert_to_tensor(v) for v in V[:4]]) @ V[4] + V[5]


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((predict(x) - y) ** 2)
    for v, s, g in zip(V, square, tape.gradient(loss, V)):
        s.assign(0.9 * s + 0.1 * g**2)
        v.assign_sub(0.01 * g * tf.math.rsqrt(s + 1e-7))
    return loss


loop = VariablesLoop(V, train_step, predict)
EXPECTED = "equal"
