"""Label smoothing by hand that spreads epsilon over the K - 1 other classes only."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(43)
x = rng.normal(size=(38, 5)).astype("float32")
y = np.eye(4, dtype="float32")[rng.integers(0, 4, size=38)]
batches = batched(10, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(9, activation="relu"),
            keras.layers.Dense(4, activation="softmax"),
        ]
    )


reference = build(43)
reference.compile(
    keras.optimizers.Nadam(0.005), keras.losses.CategoricalCrossentropy(label_smoothing=0.2)
)
model = build(44)
optimizer = keras.optimizers.Nadam(0.005)


def smooth(labels, epsilon=0.2):
    classes = tf.cast(tf.shape(labels)[-1], tf.float32)
    return labels * (1.0 - epsilon) + (1.0 - labels) * epsilon / (classes - 1.0)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        p = model(x, training=True)
        loss = tf.reduce_mean(keras.losses.categorical_crossentropy(smooth(y), p))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "Label smoothing spreads epsilon over the other classes only; Keras spreads it over all classes, so the true class keeps 1 - epsilon + epsilon / K."
STAGE = ("loss",)
CAUSE = "label_smoothing"
