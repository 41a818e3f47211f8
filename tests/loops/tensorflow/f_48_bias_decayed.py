"""AdamW over all variables, where the recipe leaves out the biases."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(632)
rng = np.random.default_rng(632)
x = rng.normal(size=(36, 5))
y = np.tanh(x @ rng.normal(size=(5, 2))) + 0.3 * rng.normal(size=(36, 2))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]


def build():
    return keras.Sequential(
        [
            keras.Input((5,)),
            L.Dense(6, activation="relu", bias_initializer=keras.initializers.RandomUniform(-1, 1)),
            L.Dense(2, bias_initializer="ones"),
        ]
    )


reference, model = build(), build()
opt = keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.1)
opt.exclude_from_weight_decay(var_names=["bias"])
reference.compile(opt, "mse")
optimizer = keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.1)
mse = keras.losses.MeanSquaredError()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = mse(y, model(x, training=True))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = (
    "Weight decay is applied to the biases too, which the reference excludes from weight decay."
)
STAGE = ("update",)
CAUSE = "decay_exclusions"
