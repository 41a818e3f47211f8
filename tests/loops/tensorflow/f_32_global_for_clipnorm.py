"""clip_by_global_norm used for a reference with clipnorm."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(409)
rng = np.random.default_rng(409)
x = rng.normal(size=(28, 6, 6, 2)).astype("float32")
y = rng.integers(0, 3, 28)
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 28, 11)]


def build():
    return keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            L.Conv2D(5, 3, strides=2, activation="relu"),
            L.Flatten(),
            L.Dense(3),
        ]
    )


reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.1, clipnorm=0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
optimizer = keras.optimizers.SGD(0.1)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True))
        )
    grads, _ = tf.clip_by_global_norm(tape.gradient(loss, model.trainable_variables), 0.1)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = (
    "The gradients are clipped by their global norm instead of each by its own norm (clipnorm)."
)
STAGE = ("update",)
CAUSE = "clipping_kind"
