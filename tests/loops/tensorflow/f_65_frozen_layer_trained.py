"""Fine-tuning over variables that forgets which layers are frozen."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(539)
rng = np.random.default_rng(539)
x = rng.normal(size=(36, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(36, 3))).argmax(1)
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(6, activation="relu"), L.Dense(3)]
)
reference.layers[0].trainable = False
reference.compile(
    keras.optimizers.Ftrl(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
V = [tf.Variable(w) for w in reference.get_weights()]
optimizer = keras.optimizers.Ftrl(0.05)


def forward(x):
    h = tf.nn.relu(x @ V[0] + V[1])
    h = tf.nn.relu(h @ V[2] + V[3])
    return h @ V[4] + V[5]


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, forward(x)))
    optimizer.apply(tape.gradient(loss, V), V)
    return loss


loop = VariablesLoop(V, train_step, forward)

EXPECTED = "The first layer, frozen in the reference, is trained as well."
STAGE = ("update", "gradients")
CAUSE = "frozen_layer_trained"
