"""The Lion paper's update written with TensorFlow variables in a tf.function."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(116)
rng = np.random.default_rng(116)
x = rng.normal(size=(29, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 2))) + 0.1 * rng.normal(size=(29, 2))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 29, 8)]


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, activation="tanh"), keras.layers.Dense(2)]
    )


model = build()
moments = [tf.Variable(tf.zeros(v.shape)) for v in model.trainable_variables]
loss_fn = keras.losses.LogCosh()


@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    for w, m, g in zip(model.trainable_variables, moments, grads):
        w.assign_sub(0.003 * tf.sign(0.9 * m + 0.1 * g))
        m.assign(0.99 * m + 0.01 * g)
    return loss


loop = KerasLoop(model, lambda x, y: step(tf.constant(x), tf.constant(y)))
reference = build()
reference.compile(keras.optimizers.Lion(0.003), keras.losses.LogCosh())
