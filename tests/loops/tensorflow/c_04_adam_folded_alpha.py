"""Adam over tf.Variables, with the bias corrections folded into the step size as in section 2 of the paper."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(128)
rng = np.random.default_rng(128)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(40, 1)) > 0).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 40, 16)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(1, activation="sigmoid")]
)
reference.compile(
    keras.optimizers.Adam(0.01, beta_1=0.85, beta_2=0.99, epsilon=1e-6), "binary_crossentropy"
)

W1, b1, W2, b2 = V = [tf.Variable(w) for w in reference.get_weights()]
m = [tf.zeros_like(v) for v in V]
s = [tf.zeros_like(v) for v in V]
t = 0


def forward(x):
    return tf.nn.relu(x @ W1 + b1) @ W2 + b2


def train_step(x, y):
    global t
    t += 1
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, forward(x)))
    alpha = 0.01 * (1 - 0.99**t) ** 0.5 / (1 - 0.85**t)
    for i, g in enumerate(tape.gradient(loss, V)):
        m[i] = 0.85 * m[i] + 0.15 * g
        s[i] = 0.99 * s[i] + 0.01 * g * g
        V[i].assign_sub(alpha * m[i] / (tf.sqrt(s[i]) + 1e-6))
    return loss


loop = VariablesLoop(V, train_step, predict=lambda x: tf.sigmoid(forward(x)))

EXPECTED = "equal"
