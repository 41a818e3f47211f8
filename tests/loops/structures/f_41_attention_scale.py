"""Multi-head attention with einsum, scaled by the model's width."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(141)
rng = np.random.default_rng(141)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(size=(40, 4, 6)).astype("float32")
y = x.mean(1)[:, :1].astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
i = keras.Input((4, 6))
h = keras.layers.MultiHeadAttention(2, 3)(i, i)
reference = keras.Model(i, keras.layers.Dense(1)(keras.layers.GlobalAveragePooling1D()(h)))
reference.compile(keras.optimizers.SGD(0.2), "mse")
V = [tf.Variable(w) for w in reference.get_weights()]


def predict(x):
    wq, bq, wk, bk, wv, bv, wo, bo, wd, bd = V
    q, k, v = [
        tf.einsum("btd,dhk->bhtk", x, w) + b[:, None] for w, b in ((wq, bq), (wk, bk), (wv, bv))
    ]
    d_model = x.shape[-1]
    a = tf.nn.softmax(tf.einsum("bhqk,bhtk->bhqt", q, k) / d_model**0.5)
    o = tf.einsum("bhqt,bhtk,hkd->bqd", a, v, wo) + bo
    return tf.reduce_mean(o, 1) @ wd + bd


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(predict(x) - y))
    for v, g in zip(V, tape.gradient(loss, V)):
        v.assign_sub(0.2 * g)
    return loss


loop = VariablesLoop(V, train_step, predict)
EXPECTED = "The attention scores are divided by the root of the model's width instead of that of each head's key size."
STAGE = ("outputs",)
CAUSE = "attention_scale"
