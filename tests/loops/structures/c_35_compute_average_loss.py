"""compute_average_loss with the batch's own size, and regularization scaled for one replica."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(235)
rng = np.random.default_rng(235)
from kerasfoundations.diagnose import KerasLoop

x = rng.normal(size=(38, 5)).astype("float32")
y = rng.integers(0, 3, 38)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build():
    return keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(6, "relu", kernel_regularizer="l2"),
            keras.layers.Dense(3),
        ]
    )


reference, model = build(), build()
reference.compile(
    keras.optimizers.Adamax(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
optimizer = keras.optimizers.Adamax(0.01)
loss_object = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)


def train_step(images, labels):
    with tf.GradientTape() as tape:
        per_example = loss_object(labels, model(images, training=True))
        loss = tf.nn.compute_average_loss(per_example, global_batch_size=len(images))
        loss += tf.nn.scale_regularization_loss(tf.add_n(model.losses))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
