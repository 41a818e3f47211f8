"""The transfer-learning guide: a frozen base with batch normalization called with training=False."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(136)
rng = np.random.default_rng(136)
x = rng.normal(size=(30, 6, 6, 2)).astype("float32")
y = rng.integers(0, 3, 30)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]


def build():
    base = keras.Sequential(
        [keras.Input((6, 6, 2)), L.Conv2D(3, 3, use_bias=False), L.BatchNormalization(), L.ReLU()],
        name="base",
    )
    base.trainable = False
    inputs = keras.Input((6, 6, 2))
    h = base(inputs, training=False)
    return keras.Model(inputs, L.Dense(3)(L.GlobalAveragePooling2D()(h)))


reference, model = build(), build()
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
optimizer = keras.optimizers.Adam(0.01)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def train_step(x, y):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([v.value for v in model.trainable_weights])
        loss = loss_fn(y, model(x, training=True))
    optimizer.apply(tape.gradient(loss, model.trainable_weights), model.trainable_weights)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
