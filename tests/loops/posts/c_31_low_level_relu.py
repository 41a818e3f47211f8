"""The "from scratch" notebook: tf.Variable layers and assign_sub."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(131)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(3)]
)
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
W1, b1 = tf.Variable(tf.random.normal((5, 8))), tf.Variable(tf.zeros(8))
W2, b2 = tf.Variable(tf.random.normal((8, 3))), tf.Variable(tf.zeros(3))


def net(x):
    return tf.nn.relu(x @ W1 + b1) @ W2 + b2


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=net(x))
        )
    dW1, db1, dW2, db2 = tape.gradient(loss, [W1, b1, W2, b2])
    W1.assign_sub(0.1 * dW1)
    b1.assign_sub(0.1 * db1)
    W2.assign_sub(0.1 * dW2)
    b2.assign_sub(0.1 * db2)
    return loss


loop = VariablesLoop([W1, b1, W2, b2], train_step, predict=net)
batches = cut(*classes(131), 12)
EXPECTED = "equal"
