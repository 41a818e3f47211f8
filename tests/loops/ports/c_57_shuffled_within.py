"""The step shuffles x and y together, which changes nothing but the order of the sum."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import KerasLoop


def build(seed):
    return net(
        (4,),
        [layers.Dense(5, "tanh"), layers.Dense(1)],
        keras.optimizers.SGD(0.1),
        keras.losses.Huber(0.7),
        seed,
    )


batches = reg(162)
reference, model = build(162), build(163)
rng = np.random.default_rng(0)


def train_step(x, y):
    order = rng.permutation(len(x))
    x, y = x[order], y[order]
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model.loss(y, model(x, training=True)))
    grads = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
