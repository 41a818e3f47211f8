"""Gradients of each example through tape.jacobian, averaged, as in differential-privacy code."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(629)
rng = np.random.default_rng(629)
x = rng.normal(size=(30, 4)).astype("float32")
y = (x @ rng.normal(size=(4, 3)) + rng.normal(size=(30, 3))).argmax(1)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]


def build():
    return keras.Sequential([keras.Input((4,)), L.Dense(5, activation="tanh"), L.Dense(3)])


reference, model = build(), build()
reference.compile(
    keras.optimizers.Adam(0.01, amsgrad=True),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
optimizer = keras.optimizers.Adam(0.01, amsgrad=True)


def train_step(x, y):
    with tf.GradientTape(persistent=True) as tape:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True))
    jacobians = tape.jacobian(
        losses, [v.value for v in model.trainable_variables], experimental_use_pfor=False
    )
    grads = [tf.reduce_mean(j, axis=0) for j in jacobians]
    optimizer.apply(grads, model.trainable_variables)
    return tf.reduce_mean(losses)


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
