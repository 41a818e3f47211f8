"""model(x) in the tape, without training=True."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(628)
rng = np.random.default_rng(628)
x = rng.normal(size=(40, 6)).astype("float32")
y = (x @ rng.normal(size=(6, 3)) + rng.normal(size=(40, 3))).argmax(1)
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 40, 14)]


def build():
    return keras.Sequential(
        [
            keras.Input((6,)),
            L.Dense(12, activation="relu"),
            L.Dropout(0.5),
            L.Dense(3, activation="softmax"),
        ]
    )


reference, model = build(), build()
reference.compile(keras.optimizers.Adagrad(0.1), "sparse_categorical_crossentropy")
optimizer = keras.optimizers.Adagrad(0.1)
loss_fn = keras.losses.SparseCategoricalCrossentropy()


def train_step(x, y):
    with tf.GradientTape() as tape:
        y_pred = model(x)
        loss = loss_fn(y, y_pred)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(grads, model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The model is called without training=True, so dropout is switched off in training."
STAGE = ("outputs",)
CAUSE = "dropout_mode"
