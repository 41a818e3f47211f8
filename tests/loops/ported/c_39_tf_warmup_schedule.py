"""Warm-up and cosine decay written as a LearningRateSchedule of one's own, Lion."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import math

import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(139)
x = rng.normal(size=(52, 4)).astype("float32")
y = rng.normal(size=(52, 1)).astype("float32")
batches = batched(9, x, y)


class WarmUpCosine(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, peak, warmup, total):
        self.peak, self.warmup, self.total = peak, warmup, total

    def __call__(self, step):
        step = tf.cast(step, tf.float32)
        rising = self.peak * step / self.warmup
        fraction = tf.minimum((step - self.warmup) / self.total, 1.0)
        falling = 0.5 * self.peak * (1.0 + tf.cos(math.pi * fraction))
        return tf.where(step < self.warmup, rising, falling)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(7, activation="tanh"), keras.layers.Dense(1)]
    )


reference = build(139)
rate = keras.optimizers.schedules.CosineDecay(
    0.0, decay_steps=10, warmup_target=0.02, warmup_steps=3
)
reference.compile(keras.optimizers.Lion(rate), "mse")
model = build(140)
optimizer = keras.optimizers.Lion(WarmUpCosine(0.02, 3.0, 10.0))


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.mean_squared_error(y, model(x, training=True)))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
