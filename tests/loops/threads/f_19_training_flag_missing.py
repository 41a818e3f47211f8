"""GradientTape loop with batch normalization that calls model(x) without training=True."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "The model is called without training=True inside the tape, so batch normalization uses and never updates its moving statistics."
STAGE = ("outputs", "state")

keras.utils.set_random_seed(19)
rng = np.random.default_rng(19)
x = rng.normal(loc=0.5, size=(28, 6, 6, 1)).astype("float32")
y = (x.mean(axis=(1, 2, 3)) > 0.5).astype("int32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 28, 8)]


def make_model():
    return keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            keras.layers.Conv2D(4, 3),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )


model = make_model()
optimizer = tf.keras.optimizers.RMSprop(0.003)
loss_fn = tf.keras.losses.SparseCategoricalCrossentropy()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        y_pred = model(x)
        loss = loss_fn(y, y_pred)
    grads = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return loss


loop = KerasLoop(model, lambda x, y: train_step(tf.constant(x), tf.constant(y)))
reference = make_model()
reference.compile(keras.optimizers.RMSprop(0.003), "sparse_categorical_crossentropy")
CAUSE = "batch_norm_mode"
