"""Kaggle kernel with CosineDecay and a loop of its own."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import binary, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(9)
EPOCHS, STEPS = 5, 4


def make():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(8, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


reference = make()
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.2, decay_steps=EPOCHS * STEPS)),
    "binary_crossentropy",
)
model = make()
schedule = keras.optimizers.schedules.CosineDecay(0.2, decay_steps=EPOCHS)
optimizer = keras.optimizers.SGD(schedule)
bce = keras.losses.BinaryCrossentropy()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = bce(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, lambda x, y: train_step(x, y))
batches = cut(*binary(9), 11)
EXPECTED = "The schedule's decay_steps is the number of epochs, though it counts batches, so the rate falls to zero within two epochs."
STAGE = ("state", "update")
CAUSE = "schedule_pace"
