"""A cosine with warm-up, set on the optimizer before each step."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, reg, split

from kerasfoundations.diagnose import KerasLoop


def build(rate=None):
    model = keras.Sequential([L.Input((5,)), L.Dense(6, "relu"), L.Dense(2)])
    rate = rate or keras.optimizers.schedules.CosineDecay(
        0.01, 6, alpha=0.1, warmup_target=0.1, warmup_steps=3
    )
    model.compile(keras.optimizers.SGD(rate, momentum=0.0), "mse")
    return model


keras.utils.set_random_seed(117)
reference, model = build(), build(0.01)
batches = split(*reg(117, 38, 5, 2), 8)
seen = 0


def rate_at(n):
    if n < 3:
        return 0.01 + (0.1 - 0.01) * n / 3
    at = min(n - 3, 6) / 6
    return 0.1 * (0.9 * 0.5 * (1 + np.cos(np.pi * at)) + 0.1)


def step(x, y):
    global seen
    model.optimizer.learning_rate = rate_at(seen)
    seen += 1
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
