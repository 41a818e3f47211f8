"""Small image model with rescaling and batch normalization in a GradientTape loop."""

import keras
import tensorflow as tf
from loops.practice_data import cut, images

from kerasfoundations.diagnose import KerasLoop

x, y = images(122)
batches = cut(8, x, y)


def build():
    keras.utils.set_random_seed(122)
    return keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(3, 3, use_bias=False),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.ReLU(),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(3, "softmax"),
        ]
    )


reference = build()
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9), "sparse_categorical_crossentropy")
model, optimizer, loss_fn = (
    build(),
    keras.optimizers.SGD(0.05, momentum=0.9),
    keras.losses.SparseCategoricalCrossentropy(),
)
accuracy = keras.metrics.SparseCategoricalAccuracy()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        probs = model(x, training=True)
        loss = loss_fn(y, probs)
    grads = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    accuracy.update_state(y, probs)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
