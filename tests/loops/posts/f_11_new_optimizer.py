"""Beginner's loop in which the optimizer stands inside the function."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(11)


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(3)]
    )


reference = make()
reference.compile(
    keras.optimizers.Adam(0.005), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model = make()


def train_step(x, y):
    optimizer = keras.optimizers.Adam(learning_rate=0.005)
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = loss_fn(y, logits)
    grads = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*classes(11), 12)
EXPECTED = "A new Adam is created in every step, so its moments and step count never carry over."
STAGE = ("state",)
CAUSE = "optimizer_rebuilt"
