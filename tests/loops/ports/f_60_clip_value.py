"""clip_by_value in place of clip_by_global_norm."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import net, series

from kerasfoundations.diagnose import KerasLoop


def build(seed):
    return net(
        (5, 3),
        [layers.SimpleRNN(5), layers.Dense(1)],
        keras.optimizers.SGD(0.1, global_clipnorm=0.2),
        "mse",
        seed,
    )


batches = series(60)
reference, model = build(60), build(61)
optimizer = keras.optimizers.SGD(0.1)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    grads = tape.gradient(loss, model.trainable_variables)
    grads = [tf.clip_by_value(g, -0.2, 0.2) for g in grads]
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The gradients are clipped element by element, while the reference has global_clipnorm."
STAGE = ("update",)
CAUSE = "clipping_kind"
