"""Transfer learning with a frozen base that holds batch normalization."""

import keras
import tensorflow as tf
from loops.course_data import classes

from kerasfoundations.diagnose import KerasLoop


def build():
    base = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
        ]
    )
    base.trainable = False
    return keras.Sequential(
        [
            keras.Input((4,)),
            base,
            keras.layers.Dense(5, use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.Dense(3),
        ]
    )


keras.utils.set_random_seed(142)
reference, model = build(), build()
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
optimizer = keras.optimizers.Adam(0.01)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return loss


loop = KerasLoop(model, train_step)
batches = classes(142, onehot=False)

EXPECTED = "equal"
