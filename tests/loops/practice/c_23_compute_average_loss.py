"""Distributed training guide: compute_average_loss with the size of the batch at hand."""

import keras
import tensorflow as tf
from loops.practice_data import cut, labelled, mlp

from kerasfoundations.diagnose import KerasLoop

x, y = labelled(123, n=29)
batches = cut(12, x, y)
reference = mlp(123, 4, 3)
reference.compile(
    keras.optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model, optimizer = mlp(6, 4, 3), keras.optimizers.Adam(0.02)
loss_object = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        per_example_loss = loss_object(y, model(x, training=True))
        loss = tf.nn.compute_average_loss(per_example_loss, global_batch_size=tf.shape(y)[0])
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
