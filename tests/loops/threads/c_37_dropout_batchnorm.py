"""A small convolutional network with batch normalization and dropout in a tape loop."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(137)
rng = np.random.default_rng(137)
x = rng.uniform(size=(26, 8, 8, 2)).astype("float32")
y = np.eye(3, dtype="float32")[rng.integers(0, 3, 26)]
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 26, 8)]


def build():
    return keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            keras.layers.Conv2D(4, 3, use_bias=False),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.Activation("relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.3, seed=5),
            keras.layers.Dense(3),
        ]
    )


model = build()
optimizer = keras.optimizers.Adam(1e-3)
loss_fn = keras.losses.CategoricalCrossentropy(from_logits=True)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(
    keras.optimizers.Adam(1e-3), keras.losses.CategoricalCrossentropy(from_logits=True)
)
