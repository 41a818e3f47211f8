"""A loop that calls apply_gradients once for each variable, after optimizer.build(...) silenced Keras 3's error."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "apply_gradients is called once per variable, so that Adam's iteration count (and bias correction) advances several times in each training step."
STAGE = ("update", "state")

keras.utils.set_random_seed(23)
rng = np.random.default_rng(23)
x = rng.normal(size=(30, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(30, 1))).astype("float32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 30, 9)]


def net():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, activation="swish"), keras.layers.Dense(1)]
    )


model = net()
optimizer = keras.optimizers.Adam(0.01)
optimizer.build(model.trainable_variables)
mse = keras.losses.MeanSquaredError()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = mse(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    for g, v in zip(grads, model.trainable_variables):
        optimizer.apply_gradients([(g, v)])
    return loss


loop = KerasLoop(model, train_step)
reference = net()
reference.compile(keras.optimizers.Adam(0.01), "mse")
CAUSE = "adam_count"
