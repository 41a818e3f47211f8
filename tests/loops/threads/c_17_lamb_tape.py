"""A GradientTape loop with Keras's Lamb and a Poisson loss."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(117)
rng = np.random.default_rng(117)
x = rng.normal(size=(26, 5)).astype("float32")
y = rng.poisson(np.exp(0.5 * x[:, :1])).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 26, 8)]


def build():
    return keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(6, activation="swish"),
            keras.layers.Dense(1, activation="exponential"),
        ]
    )


model = build()
optimizer = keras.optimizers.Lamb(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        rate = model(x, training=True)
        loss = tf.reduce_mean(rate - y * tf.math.log(rate + 1e-7))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.Lamb(0.01), "poisson")
