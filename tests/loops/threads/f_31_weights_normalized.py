"""A custom step with sample weights, written with the weighted mean of a statistics textbook."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "The weighted losses are divided by the sum of the sample weights instead of by the number of samples."
STAGE = ("reduction",)

keras.utils.set_random_seed(32)
rng = np.random.default_rng(32)
x = rng.normal(size=(31, 4)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(31, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 31, 8)]
sample_weight = rng.uniform(0.2, 3.0, size=31).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8], sample_weight[i : i + 8]) for i in range(0, 31, 8)]


def build():
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(6, activation="relu"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


model = build()
optimizer = keras.optimizers.SGD(0.1)
cce = keras.losses.SparseCategoricalCrossentropy(reduction="none")


def train_step(x, y, sample_weight=None):
    with tf.GradientTape() as tape:
        losses = cce(y, model(x, training=True))
        if sample_weight is None:
            sample_weight = tf.ones_like(losses)
        loss = tf.reduce_sum(losses * sample_weight) / tf.reduce_sum(sample_weight)
    grads = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
CAUSE = "sample_weights_normalized"
