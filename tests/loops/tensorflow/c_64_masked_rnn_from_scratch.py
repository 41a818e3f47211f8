"""A recurrent network over padded token ids that carries the state past the padding."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(829)
rng = np.random.default_rng(829)
x = rng.integers(1, 10, size=(34, 6))
x[np.arange(6) >= rng.integers(2, 6 + 1, size=(34, 1))] = 0
y = rng.integers(0, 3, 34)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]

reference = keras.Sequential(
    [
        keras.Input((6,), dtype="int32"),
        L.Embedding(10, 4, mask_zero=True),
        L.SimpleRNN(5),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.5), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
E, W, U, b, V, c = params = [tf.Variable(w) for w in reference.get_weights()]


def run(x):
    h = tf.zeros((len(x), 5))
    for t in range(x.shape[1]):
        new = tf.tanh(tf.gather(E, x[:, t]) @ W + h @ U + b)
        h = tf.where((x[:, t] > 0)[:, None], new, h)
    return h @ V + c


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, run(x)))
    for p, g in zip(params, tape.gradient(loss, params)):
        p.assign_sub(0.5 * tf.convert_to_tensor(g))
    return loss


loop = VariablesLoop(params, train_step, run)

EXPECTED = "equal"
