"""Moving average of the weights with the roles of decay and 1 - decay swapped."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(41)
x = rng.normal(size=(42, 4)).astype("float32")
y = (x[:, :1] + x[:, 1:2] ** 2).astype("float32")
batches = batched(8, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)]
    )


reference = build(41)
reference.compile(
    keras.optimizers.SGD(0.05, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=2), "mse"
)
model = build(42)
optimizer = keras.optimizers.SGD(0.05)
mse = keras.losses.MeanSquaredError()
averages = []
decay = 0.8


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = mse(y, model(x, training=True))
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    if not averages:
        averages.extend(tf.Variable(v.value) for v in variables)
    else:
        for average, v in zip(averages, variables):
            average.assign((1 - decay) * average + decay * v.value)
    if int(optimizer.iterations.numpy()) % 2 == 0:
        for average, v in zip(averages, variables):
            v.assign(average)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The moving average of the weights keeps 1 - decay of the old average and takes decay of the new weights: the two factors are swapped."
STAGE = ("state",)
CAUSE = "ema_momentum"
