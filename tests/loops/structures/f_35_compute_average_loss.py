"""The distributed training tutorial's compute_average_loss with a constant GLOBAL_BATCH_SIZE."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(135)
rng = np.random.default_rng(135)
from kerasfoundations.diagnose import KerasLoop

GLOBAL_BATCH_SIZE = 16
x = rng.normal(size=(38, 5)).astype("float32")
y = rng.integers(0, 3, 38)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build():
    return keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(3)]
    )


reference, model = build(), build()
reference.compile(
    keras.optimizers.Adamax(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
optimizer = keras.optimizers.Adamax(0.01)
loss_object = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)


def compute_loss(labels, predictions):
    per_example_loss = loss_object(labels, predictions)
    return tf.nn.compute_average_loss(per_example_loss, global_batch_size=GLOBAL_BATCH_SIZE)


def train_step(images, labels):
    with tf.GradientTape() as tape:
        loss = compute_loss(labels, model(images, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The sum of the losses is always divided by the full batch size of 16, also for the smaller last batch."
STAGE = ("reduction",)
CAUSE = "fixed_batch_size"
