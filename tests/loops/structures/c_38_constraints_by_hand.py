"""A critic with max-norm constraints, applied by hand after assign_sub."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(238)
rng = np.random.default_rng(238)
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
            keras.layers.Dense(1, bias_constraint="non_neg"),
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
    k = critic.layers[0].kernel
    norms = tf.sqrt(tf.reduce_sum(tf.square(k), axis=0, keepdims=True))
    k.assign(k * (tf.clip_by_value(norms, 0, 0.6) / (1e-7 + norms)))
    critic.layers[1].bias.assign(tf.nn.relu(critic.layers[1].bias))
    return loss


loop = KerasLoop(critic, lambda x, y: update(tf.constant(x), tf.constant(y)))
EXPECTED = "equal"
