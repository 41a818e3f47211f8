"""A model with two heads in a GradientTape loop; loss_weights stand in compile only."""

import keras
import numpy as np
import tensorflow as tf
from loops.course_data import classes

from kerasfoundations.diagnose import KerasLoop


def build():
    inputs = keras.Input((4,))
    h = keras.layers.Dense(8, "relu")(inputs)
    return keras.Model(
        inputs,
        [
            keras.layers.Dense(1, name="age")(h),
            keras.layers.Dense(3, activation="softmax", name="kind")(h),
        ],
    )


keras.utils.set_random_seed(34)
reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.05), ["mse", "categorical_crossentropy"], loss_weights=[1.0, 0.2]
)
optimizer = keras.optimizers.SGD(0.05)
mse, cce = keras.losses.MeanSquaredError(), keras.losses.CategoricalCrossentropy()


def train_step(x, y):
    with tf.GradientTape() as tape:
        age, kind = model(x, training=True)
        loss = mse(y[0], age) + cce(y[1], kind)
    grads = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return loss


loop = KerasLoop(model, train_step)
batches = [(x, [np.sin(x[:, :1] + x[:, 1:2]), y]) for x, y in classes(34)]

EXPECTED = "The two losses are added without the loss_weights of compile (1.0 and 0.2)."
STAGE = ("reduction", "loss")
CAUSE = "loss_weights_forgotten"
