"""A frozen base called in training mode, as transfer-learning questions report."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(77)
rng = np.random.default_rng(77)
x = rng.normal(size=(30, 6, 6, 2)).astype("float32")
y = rng.integers(0, 3, 30)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]

reference_base = keras.Sequential(
    [
        keras.Input((6, 6, 2)),
        L.Conv2D(4, 3, use_bias=False),
        L.BatchNormalization(momentum=0.9),
        L.ReLU(),
        L.GlobalAveragePooling2D(),
    ]
)
reference_base.trainable = False
reference = keras.Sequential([keras.Input((6, 6, 2)), reference_base, L.Dense(3)])
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)

base = keras.Sequential(
    [
        keras.Input((6, 6, 2)),
        L.Conv2D(4, 3, use_bias=False),
        L.BatchNormalization(momentum=0.9),
        L.ReLU(),
        L.GlobalAveragePooling2D(),
    ]
)
head = L.Dense(3)
model = keras.Sequential([keras.Input((6, 6, 2)), base, head])
optimizer = keras.optimizers.Adam(0.01)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def train_step(x, y):
    with tf.GradientTape() as tape:
        features = tf.stop_gradient(base(x, training=True))
        loss = loss_fn(y, head(features))
    optimizer.apply(tape.gradient(loss, head.trainable_variables), head.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The frozen base's batch normalization runs in training mode: it uses batch statistics and updates the moving ones, instead of running in inference mode."
STAGE = ("outputs",)
CAUSE = "frozen_batch_norm"
