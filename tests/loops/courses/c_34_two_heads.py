"""Two heads with loss_weights in a GradientTape loop."""

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


keras.utils.set_random_seed(134)
reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.05, momentum=0.9),
    ["mae", "categorical_crossentropy"],
    loss_weights=[0.3, 2.0],
)
optimizer = keras.optimizers.SGD(0.05, momentum=0.9)


def train_step(x, y):
    with tf.GradientTape() as tape:
        age, kind = model(x, training=True)
        loss_age = tf.reduce_mean(tf.abs(y[0] - age))
        loss_kind = tf.reduce_mean(keras.losses.categorical_crossentropy(y[1], kind))
        loss = 0.3 * loss_age + 2.0 * loss_kind
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_weights), model.trainable_weights)
    )
    return loss


loop = KerasLoop(model, train_step)
batches = [(x, [np.sin(x[:, :1] + x[:, 1:2]), y]) for x, y in classes(134)]

EXPECTED = "equal"
