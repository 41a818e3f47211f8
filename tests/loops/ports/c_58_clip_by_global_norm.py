"""tf.clip_by_global_norm before an optimizer without clipping."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import net, series

from kerasfoundations.diagnose import KerasLoop


def build(seed, **clip):
    return net(
        (5, 3), [layers.LSTM(4), layers.Dense(1)], keras.optimizers.SGD(0.2, **clip), "mse", seed
    )


batches = series(164)
reference, model = build(164, global_clipnorm=0.1), build(165)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    grads = tape.gradient(loss, model.trainable_variables)
    grads, _ = tf.clip_by_global_norm(grads, 0.1)
    model.optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
