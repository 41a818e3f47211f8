"""A convolutional network rewritten with avg_pool2d."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(674)
rng = np.random.default_rng(674)
x = rng.normal(size=(28, 8, 8, 1)).astype("float32")
y = rng.integers(0, 3, 28)
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 28, 11)]

reference = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        L.Conv2D(3, 3, activation="relu"),
        L.MaxPooling2D(2),
        L.Flatten(),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.RMSprop(0.005), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
weights = [tf.Variable(w) for w in reference.get_weights()]
optimizer = keras.optimizers.RMSprop(0.005)


def network(x):
    h = tf.nn.relu(tf.nn.conv2d(x, weights[0], 1, "VALID") + weights[1])
    h = tf.nn.avg_pool2d(h, 2, 2, "VALID")
    return tf.reshape(h, (len(x), -1)) @ weights[2] + weights[3]


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, network(x)))
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
    return loss


loop = VariablesLoop(weights, train_step, network)

EXPECTED = "Average pooling is used where the reference has max pooling."
STAGE = ("outputs",)
CAUSE = "another_pooling"
