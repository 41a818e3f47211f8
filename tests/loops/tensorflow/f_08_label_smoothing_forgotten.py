"""A compiled recipe with label smoothing rewritten as a loop."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(75)
rng = np.random.default_rng(75)
x = rng.normal(size=(32, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(32, 3))).argmax(1)
y = np.eye(3, dtype="float32")[y]
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 32, 12)]


def build():
    return keras.Sequential(
        [keras.Input((5,)), L.Dense(7, activation="relu"), L.Dense(3, activation="softmax")]
    )


reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
)
optimizer = keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True)
cce = keras.losses.CategoricalCrossentropy()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = cce(y, model(x, training=True))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "Label smoothing of 0.1 is missing from the loop's cross-entropy."
STAGE = ("loss",)
CAUSE = "label_smoothing_missing"
