"""A GradientTape loop of a notebook, multi-class, "my loss does not go down"."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(1)


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(3)]
    )


reference = make()
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model = make()
optimizer = keras.optimizers.Adam(0.01)
loss_fn = keras.losses.SparseCategoricalCrossentropy()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*classes(1), 12)
EXPECTED = "The network ends in raw logits, but the cross-entropy is created without from_logits=True and takes them for probabilities."
STAGE = ("loss",)
CAUSE = "logits_as_probabilities"
