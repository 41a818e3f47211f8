"""Two optimizers of the same settings, one for each half of the network, and a persistent tape."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import KerasLoop


def build(seed):
    return net(
        (4,), [layers.Dense(6, "tanh"), layers.Dense(1)], keras.optimizers.Adam(0.01), "mae", seed
    )


batches = reg(149)
reference, model = build(149), build(150)
optimizers = [keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.01)]


def train_step(x, y):
    with tf.GradientTape(persistent=True) as tape:
        loss = tf.reduce_mean(tf.abs(model(x, training=True) - y))
    for optimizer, layer in zip(optimizers, model.layers):
        grads = tape.gradient(loss, layer.trainable_variables)
        optimizer.apply_gradients(zip(grads, layer.trainable_variables))
    del tape
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
