"""A helper computes the loss plus model.losses for each head of a model with two outputs: the penalty counts twice."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(36)
x = rng.normal(size=(30, 5)).astype("float32")
ya = rng.normal(size=(30, 2)).astype("float32")
yb = rng.normal(size=(30, 1)).astype("float32")
batches = [(x[i : i + 8], (ya[i : i + 8], yb[i : i + 8])) for i in range(0, 30, 8)]


def build(seed):
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((5,))
    h = keras.layers.Dense(7, activation="tanh", kernel_regularizer=keras.regularizers.L2(0.05))(
        inputs
    )
    return keras.Model(inputs, [keras.layers.Dense(2)(h), keras.layers.Dense(1)(h)])


reference = build(36)
reference.compile(keras.optimizers.SGD(0.1), ["mse", "mae"])
model = build(37)
optimizer = keras.optimizers.SGD(0.1)


def head_loss(loss_object, target, output):
    return loss_object(target, output) + tf.add_n(model.losses)


def train_step(x, y):
    with tf.GradientTape() as tape:
        out_a, out_b = model(x, training=True)
        loss = head_loss(keras.losses.MeanSquaredError(), y[0], out_a)
        loss += head_loss(keras.losses.MeanAbsoluteError(), y[1], out_b)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The L2 penalty of model.losses is added once for each output, so it counts twice."
STAGE = ("regularization",)
CAUSE = "penalty_doubled"
