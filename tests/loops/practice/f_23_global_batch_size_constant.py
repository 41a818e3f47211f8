"""Distributed training guide: compute_average_loss with a constant global batch size."""

import keras
import tensorflow as tf
from loops.practice_data import cut, labelled, mlp

from kerasfoundations.diagnose import KerasLoop

GLOBAL_BATCH_SIZE = 12
x, y = labelled(23, n=29)
batches = cut(GLOBAL_BATCH_SIZE, x, y)
reference = mlp(30, 4, 3)
reference.compile(
    keras.optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model, optimizer = mlp(31, 4, 3), keras.optimizers.Adam(0.02)
loss_object = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")


def compute_loss(labels, predictions):
    per_example_loss = loss_object(labels, predictions)
    return tf.nn.compute_average_loss(per_example_loss, global_batch_size=GLOBAL_BATCH_SIZE)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = compute_loss(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The sum of the losses is always divided by the constant batch size 12, also for the smaller last batch."
STAGE = ("reduction",)
CAUSE = "fixed_batch_size"
