"""A small mobile-style network with depthwise convolution, trained by Keras's Ftrl in a loop."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(414)
rng = np.random.default_rng(414)
x = rng.normal(size=(28, 6, 6, 3)).astype("float32")
y = rng.integers(0, 3, 28)
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 28, 11)]


def build():
    return keras.Sequential(
        [
            keras.Input((6, 6, 3)),
            L.DepthwiseConv2D(3, activation="relu"),
            L.Conv2D(5, 1, activation="relu"),
            L.GlobalMaxPooling2D(),
            L.Dense(3, activation="softmax"),
        ]
    )


reference, model = build(), build()
reference.compile(
    keras.optimizers.Ftrl(0.05, l2_shrinkage_regularization_strength=0.01, beta=0.1),
    "sparse_categorical_crossentropy",
)
optimizer = keras.optimizers.Ftrl(0.05, l2_shrinkage_regularization_strength=0.01, beta=0.1)
loss_fn = keras.losses.SparseCategoricalCrossentropy(reduction="none")


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.nn.compute_average_loss(loss_fn(y, model(x, training=True)))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
