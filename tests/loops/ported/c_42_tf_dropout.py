"""Custom training with dropout (training=True), AdamW with biases excluded from the decay."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(142)
x = rng.normal(size=(40, 6)).astype("float32")
y = rng.integers(0, 3, size=40)
batches = batched(12, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(10, activation="relu"),
            keras.layers.Dropout(0.3, seed=seed),
            keras.layers.Dense(3, bias_initializer="random_normal"),
        ]
    )


def make_optimizer():
    optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.05)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
reference = build(142)
reference.compile(make_optimizer(), loss_fn)
model = build(143)
optimizer = make_optimizer()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss_value = loss_fn(y, logits)
    grads = tape.gradient(loss_value, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return loss_value


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
