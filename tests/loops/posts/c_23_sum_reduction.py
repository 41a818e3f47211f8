"""reduction="sum" on both sides."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(123)


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="tanh"), layers.Dense(1)]
    )


reference = make()
reference.compile(keras.optimizers.SGD(0.002), keras.losses.MeanSquaredError(reduction="sum"))
model = make()
optimizer = keras.optimizers.SGD(0.002)


def train_step(x, y):
    with tf.GradientTape() as tape:
        losses = keras.losses.mean_squared_error(y, model(x, training=True))
    grads = tape.gradient(losses, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return tf.reduce_sum(losses)


loop = KerasLoop(model, train_step)
batches = cut(*regression(123), 12)
EXPECTED = "equal"
