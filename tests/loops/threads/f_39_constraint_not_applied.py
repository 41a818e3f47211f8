"""Dense layers with kernel_constraint=MaxNorm, trained by assign_sub in a hand-written SGD step."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "The kernel constraint (MaxNorm) is not applied after the update, since the variables are changed with assign_sub and not by the optimizer."
STAGE = ("update",)

keras.utils.set_random_seed(40)
rng = np.random.default_rng(40)
x = rng.normal(size=(30, 5)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(30, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 30, 8)]


def build():
    return keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(
                8, activation="relu", kernel_constraint=keras.constraints.MaxNorm(0.8)
            ),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


model = build()
loss_fn = keras.losses.SparseCategoricalCrossentropy()
learning_rate = 0.1


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    dW = tape.gradient(loss, model.trainable_variables)
    for w, dw in zip(model.trainable_variables, dW):
        w.assign_sub(learning_rate * dw)
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
CAUSE = "constraint_missing"
