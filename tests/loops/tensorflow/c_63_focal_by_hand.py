"""The focal loss from RetinaNet code, gamma = 2."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(734)
rng = np.random.default_rng(734)
x = rng.normal(size=(40, 6)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(40, 1)) > 0).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 40, 16)]

reference = keras.Sequential(
    [keras.Input((6,)), L.Dense(6, activation="swish"), L.Dense(1, activation="sigmoid")]
)
reference.compile(keras.optimizers.Adam(0.02), keras.losses.BinaryFocalCrossentropy(gamma=2.0))
model = keras.models.clone_model(reference)
optimizer = keras.optimizers.Adam(0.02)


def train_step(x, y):
    with tf.GradientTape() as tape:
        p = model(x, training=True)
        p_t = tf.where(y == 1, p, 1 - p)
        loss = tf.reduce_mean(-((1 - p_t) ** 2) * tf.math.log(p_t))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
