"""Fine-tuning: the base is called with training=False and only the head's variables are trained, nothing is set to trainable=False."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(135)
x = (2 * rng.normal(size=(37, 5)) + 1).astype("float32")
y = rng.integers(0, 3, size=37)
batches = batched(10, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    base = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(8),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
        ],
        name="base",
    )
    inputs = keras.Input((5,))
    head = keras.layers.Dense(3, name="head")
    return keras.Model(inputs, head(base(inputs))), base, head


loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
reference, base, _ = build(135)
base.trainable = False
reference.compile(keras.optimizers.RMSprop(0.01), loss_fn)
model, feature_extractor, head = build(136)
optimizer = keras.optimizers.RMSprop(0.01)


@tf.function
def train_step(x, y):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([v.value for v in head.trainable_variables])
        features = feature_extractor(x, training=False)
        loss = loss_fn(y, head(features))
    grads = tape.gradient(loss, [v.value for v in head.trainable_variables])
    optimizer.apply_gradients(zip(grads, head.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
