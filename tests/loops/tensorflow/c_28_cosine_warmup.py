"""Linear warm-up and cosine decay written out with math.cos."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(802)
rng = np.random.default_rng(802)
x = rng.normal(size=(60, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(60, 3))).argmax(1)
y = np.eye(3, dtype="float32")[y]
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 60, 12)]
import math

reference = keras.Sequential([keras.Input((5,)), L.Dense(5, activation="relu"), L.Dense(3)])
reference.compile(
    keras.optimizers.Adam(
        keras.optimizers.schedules.CosineDecay(
            0.0, 10, alpha=0.1, warmup_target=0.02, warmup_steps=2
        )
    ),
    keras.losses.CategoricalCrossentropy(from_logits=True),
)
model = keras.models.clone_model(reference)
optimizer = keras.optimizers.Adam(0.0)
iteration = 0


def lr_at(i):
    if i < 2:
        return 0.02 * i / 2
    progress = min(i - 2, 10) / 10
    return 0.02 * ((1 - 0.1) * 0.5 * (1 + math.cos(math.pi * progress)) + 0.1)


def train_step(x, y):
    global iteration
    optimizer.learning_rate.assign(lr_at(iteration))
    iteration += 1
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, model(x, training=True)))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
