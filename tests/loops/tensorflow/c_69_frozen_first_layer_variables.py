"""Fine-tuning over variables with the first layer frozen."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(400)
rng = np.random.default_rng(400)
x = rng.normal(size=(34, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(34, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(4, activation="relu"), L.Dense(1)]
)
reference.layers[0].trainable = False
reference.compile(keras.optimizers.Adamax(0.01, weight_decay=0.01), "mse")
everything = [tf.Variable(w) for w in reference.get_weights()]
trained = everything[2:]
optimizer = keras.optimizers.Adamax(0.01, weight_decay=0.01)


def forward(x):
    for i in (0, 2, 4):
        x = x @ everything[i] + everything[i + 1]
        x = tf.nn.relu(x) if i < 4 else x
    return x


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(forward(x) - y))
    optimizer.apply(tape.gradient(loss, trained), trained)
    return loss


loop = VariablesLoop(everything, train_step, forward)

EXPECTED = "equal"
