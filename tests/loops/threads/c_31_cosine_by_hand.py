"""Cosine annealing computed with math.cos and assigned to optimizer.learning_rate before each step."""

import math

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(131)
rng = np.random.default_rng(131)
x = rng.normal(size=(39, 5)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(39, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 39, 9)]


def build():
    return keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(6, activation="tanh"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


model = build()
optimizer = keras.optimizers.SGD(0.2, momentum=0.9, nesterov=True)
loss_fn = keras.losses.SparseCategoricalCrossentropy()
step = 0


def train_step(x, y):
    global step
    fraction = min(step, 12) / 12
    optimizer.learning_rate = 0.2 * (0.9 * 0.5 * (1 + math.cos(math.pi * fraction)) + 0.1)
    step += 1
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)
reference = build()
schedule = keras.optimizers.schedules.CosineDecay(0.2, decay_steps=12, alpha=0.1)
reference.compile(
    keras.optimizers.SGD(schedule, momentum=0.9, nesterov=True), "sparse_categorical_crossentropy"
)
