"""Losses without reduction, summed and divided by the size of this batch (the distribution strategy's way)."""

import keras
import tensorflow as tf
import torch
from keras import layers
from loops.port_data import labels, net

from kerasfoundations.diagnose import KerasLoop

torch.manual_seed(0)


def build(seed):
    return net(
        (5,),
        [layers.Dense(6, "relu"), layers.Dense(3)],
        keras.optimizers.SGD(0.1, momentum=0.9),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        seed,
    )


batches = labels(151)
reference, model = build(151), build(152)
loss_object = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")


def train_step(x, y):
    with tf.GradientTape() as tape:
        per_example = loss_object(y, model(x, training=True))
        loss = tf.nn.compute_average_loss(per_example, global_batch_size=len(x))
    grads = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply(grads, model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
