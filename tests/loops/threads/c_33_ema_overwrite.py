"""Weight averaging by hand that follows Keras's use_ema, with the average started at the first step's weights."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(133)
rng = np.random.default_rng(133)
x = rng.normal(size=(33, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 2))) + 0.1 * rng.normal(size=(33, 2))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 33, 8)]


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(5, activation="tanh"), keras.layers.Dense(2)]
    )


model = build()
optimizer = keras.optimizers.Adamax(0.02)
average = None
n = 0


def train_step(x, y):
    global average, n
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    now = [v.numpy() for v in model.trainable_variables]
    average = now if average is None else [0.8 * a + 0.2 * w for a, w in zip(average, now)]
    n += 1
    if n % 2 == 0:
        for v, a in zip(model.trainable_variables, average):
            v.assign(a)
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(
    keras.optimizers.Adamax(0.02, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=2), "mse"
)
