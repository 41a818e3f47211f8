"""The custom training loop of the TensorFlow guide, with logits."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(592)
rng = np.random.default_rng(592)
x = rng.normal(size=(34, 6)).astype("float32")
y = (x @ rng.normal(size=(6, 3)) + rng.normal(size=(34, 3))).argmax(1)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]


def build():
    model = keras.Sequential([keras.Input((6,)), L.Dense(8, activation="relu"), L.Dense(3)])
    model.compile(
        keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    return model


reference, model = build(), build()
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = keras.optimizers.Adam(learning_rate=0.01)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss_value = loss_fn(y, logits)
    grads = tape.gradient(loss_value, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return loss_value


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
