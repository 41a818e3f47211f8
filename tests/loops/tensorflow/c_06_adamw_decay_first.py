"""AdamW by hand: shrink the weights by 1 - lr * wd, then Adam."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(179)
rng = np.random.default_rng(179)
x = rng.normal(size=(30, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 4)) + rng.normal(size=(30, 4))).argmax(1)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(8, activation="elu"), L.Dense(4, activation="softmax")]
)
reference.compile(keras.optimizers.AdamW(0.02, weight_decay=0.3), "sparse_categorical_crossentropy")

W1, b1, W2, b2 = V = [tf.Variable(w) for w in reference.get_weights()]
M, S = [tf.Variable(tf.zeros_like(v)) for v in V], [tf.Variable(tf.zeros_like(v)) for v in V]
step = tf.Variable(0.0)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = tf.nn.elu(x @ W1 + b1) @ W2 + b2
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
    grads = tape.gradient(loss, V)
    step.assign_add(1.0)
    for w, g, m, s in zip(V, grads, M, S):
        w.assign(w * (1 - 0.02 * 0.3))
        m.assign(0.9 * m + (1 - 0.9) * g)
        s.assign(0.999 * s + (1 - 0.999) * g**2)
        corrected = tf.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        w.assign_sub(0.02 * corrected * m / (tf.sqrt(s) + 1e-7))
    return loss


loop = VariablesLoop(V, train_step)

EXPECTED = "equal"
