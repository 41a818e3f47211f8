"""Label smoothing by hand, in a NumPy-minded way."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(118)
rng = np.random.default_rng(118)
x = rng.normal(size=(36, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 4)) + rng.normal(size=(36, 4))).argmax(1)
y = np.eye(4, dtype="float32")[y]
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential([keras.Input((5,)), L.Dense(8, activation="tanh"), L.Dense(4)])
reference.compile(
    keras.optimizers.Adam(0.01),
    keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2),
)
W1, b1, W2, b2 = V = [tf.Variable(w) for w in reference.get_weights()]
optimizer = keras.optimizers.Adam(0.01)
eps = 0.2


def forward(x):
    return tf.tanh(x @ W1 + b1) @ W2 + b2


def train_step(x, y):
    y = y * (1 - eps) + eps
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, forward(x)))
    optimizer.apply_gradients(zip(tape.gradient(loss, V), V))
    return loss


loop = VariablesLoop(V, train_step, forward)

EXPECTED = "Label smoothing adds epsilon to the wrong classes instead of epsilon divided by the number of classes, so the targets no longer sum to 1."
STAGE = ("loss",)
CAUSE = "label_smoothing_share"
