"""A GAN-like critic with max-norm constraints, updated with assign_sub."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(138)
rng = np.random.default_rng(138)
from kerasfoundations.diagnose import KerasLoop

x = rng.normal(size=(40, 4)).astype("float32")
y = rng.choice([-1.0, 1.0], (40, 1)).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build():
    c = keras.constraints.MaxNorm(0.6, axis=0)
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(5, "tanh", kernel_constraint=c),
            keras.layers.Dense(1, kernel_constraint=c),
        ]
    )


reference, critic = build(), build()
reference.compile(keras.optimizers.SGD(0.3), "hinge")


@tf.function
def update(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.maximum(1 - y * critic(x, training=True), 0))
    grads = tape.gradient(loss, critic.trainable_variables)
    for w, g in zip(critic.trainable_variables, grads):
        w.assign_sub(0.3 * g)
    return loss


loop = KerasLoop(critic, lambda x, y: update(tf.constant(x), tf.constant(y)))
EXPECTED = "The kernels' constraints (MaxNorm) are not applied after the update."
STAGE = ("update",)
CAUSE = "constraint_missing"
