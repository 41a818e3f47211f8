"""tf.nn.l2_loss in place of keras.regularizers.L2."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(602)
rng = np.random.default_rng(602)
x = rng.normal(size=(32, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(32, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 32, 12)]

reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(6, activation="relu", kernel_regularizer=keras.regularizers.L2(0.05)),
        L.Dense(1, kernel_regularizer=keras.regularizers.L2(0.05)),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")
W1, b1, W2, b2 = V = [tf.Variable(w) for w in reference.get_weights()]
optimizer = keras.optimizers.SGD(0.1)


def forward(x):
    return tf.nn.relu(x @ W1 + b1) @ W2 + b2


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((forward(x) - y) ** 2)
        loss += 0.05 * (tf.nn.l2_loss(W1) + tf.nn.l2_loss(W2))
    optimizer.apply(tape.gradient(loss, V), V)
    return loss


loop = VariablesLoop(V, train_step, forward)

EXPECTED = "The L2 penalty uses tf.nn.l2_loss, which is half the sum of squares, so it is half as large as Keras's."
STAGE = ("regularization",)
CAUSE = "penalty_halved"
