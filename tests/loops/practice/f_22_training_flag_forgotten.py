"""train_step override that calls self(x) without training=True, with batch normalization."""

import keras
import tensorflow as tf
from loops.practice_data import cut, images

from kerasfoundations.diagnose import KerasLoop

x, y = images(22)
batches = cut(8, x / 255, y)


def build():
    keras.utils.set_random_seed(28)
    return keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            keras.layers.Conv2D(3, 3, use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(3, "softmax"),
        ]
    )


reference = build()
reference.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
model, optimizer, loss_fn = (
    build(),
    keras.optimizers.Adam(0.01),
    keras.losses.SparseCategoricalCrossentropy(),
)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The model is called without training=True, so batch normalization uses its moving statistics and does not update them."
STAGE = ("outputs",)
CAUSE = "batch_norm_mode"
