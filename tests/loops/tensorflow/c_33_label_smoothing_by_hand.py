"""Label smoothing as a mixture of two cross-entropies."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(808)
rng = np.random.default_rng(808)
x = rng.normal(size=(36, 6)).astype("float32")
y = (x @ rng.normal(size=(6, 4)) + rng.normal(size=(36, 4))).argmax(1)
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]
y = np.eye(4, dtype="float32")[y]
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential(
    [keras.Input((6,)), L.Dense(8, activation="relu"), L.Dense(4, activation="softmax")]
)
reference.compile(
    keras.optimizers.Nadam(0.01), keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
)
model = keras.models.clone_model(reference)
optimizer = keras.optimizers.Nadam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        logp = tf.math.log(model(x, training=True))
        nll = -tf.reduce_sum(y * logp, axis=1)
        uniform = -tf.reduce_mean(logp, axis=1)
        loss = tf.reduce_mean(0.9 * nll + 0.1 * uniform)
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
