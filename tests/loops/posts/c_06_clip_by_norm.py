"""Each gradient clipped by tf.clip_by_norm, for clipnorm."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(106)


def make():
    return keras.Sequential([keras.Input((6, 2)), layers.SimpleRNN(5), layers.Dense(1)])


reference = make()
reference.compile(keras.optimizers.Adam(0.01, clipnorm=0.1), "mse")
model = make()
optimizer = keras.optimizers.Adam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    grads = tape.gradient(loss, model.trainable_variables)
    grads = [tf.clip_by_norm(g, 0.1) for g in grads]
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x, y = regression(106, d=12)
batches = cut(x.reshape(-1, 6, 2), y, 12)
EXPECTED = "equal"
