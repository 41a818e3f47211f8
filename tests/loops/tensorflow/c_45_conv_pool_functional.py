"""A convolutional network through tf.nn functions, as in TensorFlow 1 tutorials."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(545)
rng = np.random.default_rng(545)
x = rng.normal(size=(30, 8, 8, 1)).astype("float32")
y = rng.integers(0, 3, 30)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]

reference = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        L.Conv2D(4, 3, padding="same", activation="relu"),
        L.MaxPooling2D(),
        L.Conv2D(3, 3, strides=2, padding="valid", activation="relu"),
        L.Flatten(),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
weights = [tf.Variable(w) for w in reference.get_weights()]
K1, b1, K2, b2, W, c = weights
optimizer = keras.optimizers.Adam(0.01)


def network(x):
    h = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, K1, strides=1, padding="SAME"), b1))
    h = tf.nn.max_pool2d(h, 2, 2, "VALID")
    h = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(h, K2, strides=[1, 2, 2, 1], padding="VALID"), b2))
    return tf.reshape(h, (-1, W.shape[0])) @ W + c


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, network(x)))
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
    return loss


loop = VariablesLoop(weights, train_step, network)

EXPECTED = "equal"
