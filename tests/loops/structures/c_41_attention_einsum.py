"""Multi-head attention with one loop turn per head, with a residual and a value size of its own."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(241)
rng = np.random.default_rng(241)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(size=(40, 4, 6)).astype("float32")
y = x.mean(1)[:, :1].astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
i = keras.Input((4, 6))
h = keras.layers.MultiHeadAttention(2, 3, value_dim=5)(i, i, use_causal_mask=True)
h = keras.layers.Add()([h, i])
reference = keras.Model(i, keras.layers.Dense(1)(keras.layers.GlobalMaxPooling1D()(h)))
reference.compile(keras.optimizers.SGD(0.01), "mse")
V = [tf.Variable(w) for w in reference.get_weights()]


def predict(x):
    x = tf.convert_to_tensor(x)
    wq, bq, wk, bk, wv, bv, wo, bo, wd, bd = V
    hidden = tf.constant(np.triu(np.full((4, 4), -1e9, "float32"), 1))
    total = bo
    for head in range(2):
        q, k, v = (x @ w[:, head] + b[head] for w, b in ((wq, bq), (wk, bk), (wv, bv)))
        a = tf.nn.softmax(q @ tf.transpose(k, (0, 2, 1)) / np.float32(3**0.5) + hidden)
        total = total + a @ v @ wo[head]
    return tf.reduce_max(total + x, 1) @ wd + bd


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(predict(x) - y))
    for v, g in zip(V, tape.gradient(loss, V)):
        v.assign_sub(0.01 * g)
    return loss


loop = VariablesLoop(V, train_step, predict)
EXPECTED = "equal"
