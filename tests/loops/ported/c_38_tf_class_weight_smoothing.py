"""Label smoothing by hand and class weights gathered from the labels, where fit gets sample weights."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(138)
x = rng.normal(size=(44, 5)).astype("float32")
labels = rng.choice(3, size=44, p=[0.6, 0.3, 0.1])
y = np.eye(3, dtype="float32")[labels]
weights = np.float32([0.6, 1.0, 3.0])
batches = batched(13, x, y, weights[labels])


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)]
    )


reference = build(138)
reference.compile(
    keras.optimizers.Adamax(0.01),
    keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
)
model = build(139)
optimizer = keras.optimizers.Adamax(0.01)


@tf.function
def train_step(x, y):
    class_weights = tf.reduce_sum(y * weights, axis=1)
    smoothed = y * 0.9 + 0.1 / 3.0
    with tf.GradientTape() as tape:
        losses = tf.nn.softmax_cross_entropy_with_logits(smoothed, model(x, training=True))
        loss = tf.reduce_mean(class_weights * losses)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
