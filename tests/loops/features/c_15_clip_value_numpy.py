"""An LSTM whose gradients go through np.clip before the optimizer."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, split

from kerasfoundations.diagnose import KerasLoop


def build(clip=0.05):
    model = keras.Sequential([L.Input((6, 3)), L.LSTM(6), L.Dense(1)])
    model.compile(keras.optimizers.RMSprop(0.01, clipvalue=clip), "mse")
    return model


keras.utils.set_random_seed(115)
reference, model = build(), build(None)
r = np.random.default_rng(115)
x = r.normal(size=(29, 6, 3)).astype("float32")
batches = split(x, x.sum((1, 2))[:, None], 10)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    variables = model.trainable_variables
    grads = [np.clip(g.numpy(), -0.05, 0.05) for g in tape.gradient(loss, variables)]
    model.optimizer.apply([tf.constant(g) for g in grads], variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
