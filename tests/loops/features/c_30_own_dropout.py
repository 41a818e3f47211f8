"""Inverted dropout of one's own with tf.random, scaled by 1 / keep."""

import keras
import tensorflow as tf
from loops.feature_data import L, onehot, split

from kerasfoundations.diagnose import VariablesLoop

RANDOM = True


def build():
    model = keras.Sequential(
        [L.Input((6,)), L.Dense(12, "tanh"), L.Dropout(0.25), L.Dense(3, "softmax")]
    )
    model.compile(keras.optimizers.SGD(0.1), "categorical_crossentropy")
    return model


keras.utils.set_random_seed(130)
reference = build()
batches = split(*onehot(130, 33, 6, 3), 10)
W, b, V, c = weights = [tf.Variable(w) for w in reference.get_weights()]


def step(x, y):
    keep = 0.75
    with tf.GradientTape() as tape:
        h = tf.tanh(x @ W + b)
        h *= tf.cast(tf.random.uniform(h.shape) < keep, h.dtype) / keep
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, h @ V + c))
    for w, g in zip(weights, tape.gradient(loss, weights)):
        w.assign_sub(0.1 * g)
    return loss


loop = VariablesLoop(weights, step, lambda x: tf.nn.softmax(tf.tanh(x @ W + b) @ V + c))
EXPECTED = "equal"
