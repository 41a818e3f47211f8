"""The distributed-training tutorial: per-example losses over a constant global batch size, met by a smaller last batch."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(168)
rng = np.random.default_rng(168)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(40, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 40, 16)]

reference = keras.Sequential([keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(3)])
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model = keras.models.clone_model(reference)
optimizer = keras.optimizers.SGD(0.1)
GLOBAL_BATCH_SIZE = 16
loss_object = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")


def compute_loss(labels, predictions):
    return tf.reduce_sum(loss_object(labels, predictions)) / GLOBAL_BATCH_SIZE


@tf.function(reduce_retracing=True)
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = compute_loss(y, model(x, training=True))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The sum of the losses is divided by the nominal batch size 16 also in the smaller last batch, whose loss and gradients come out too small."
STAGE = ("reduction",)
CAUSE = "fixed_batch_size"
