"""An LSTM in float64, a persistent tape and one optimizer for each part of the model."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(138)
rng = np.random.default_rng(138)
x = rng.normal(size=(23, 5, 2))
y = x[:, -1, :1] - x[:, 0, :1]
batches = [(x[i : i + 7], y[i : i + 7]) for i in range(0, 23, 7)]


def build():
    return keras.Sequential(
        [
            keras.Input((5, 2), dtype="float64"),
            keras.layers.LSTM(4, dtype="float64"),
            keras.layers.Dense(1, dtype="float64"),
        ]
    )


model = build()
recurrent, head = model.layers
optimizers = [keras.optimizers.Adadelta(0.5), keras.optimizers.Adadelta(0.5)]


def train_step(x, y):
    with tf.GradientTape(persistent=True) as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    slopes = [tape.gradient(loss, part.trainable_variables) for part in (recurrent, head)]
    del tape
    for optimizer, part, slope in zip(optimizers, (recurrent, head), slopes):
        optimizer.apply_gradients(zip(slope, part.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.Adadelta(0.5), "mse")
