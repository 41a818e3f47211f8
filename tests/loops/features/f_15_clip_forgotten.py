"""An LSTM whose compiled optimizer clips, with the optimizer written anew in the loop."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((6, 3)), L.LSTM(6), L.Dense(1)])
    model.compile(keras.optimizers.RMSprop(0.01, clipvalue=0.05), "mse")
    return model


model, reference = twin(build, 15)
r = np.random.default_rng(15)
x = r.normal(size=(29, 6, 3)).astype("float32")
batches = split(x, x.sum((1, 2))[:, None], 10)
optimizer = keras.optimizers.RMSprop(0.01)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    variables = model.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "clipvalue of the compiled optimizer is missing."
STAGE = ("update", "gradients")
CAUSE = "clipping_missing"
