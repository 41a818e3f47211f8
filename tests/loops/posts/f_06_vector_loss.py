"""Loop with keras.losses.mse(...), which gives a loss for each sample."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(6)


def make():
    return keras.Sequential(
        [keras.Input((6,)), layers.Dense(8, activation="tanh"), layers.Dense(2)]
    )


reference = make()
reference.compile(keras.optimizers.SGD(0.02), "mse")
model = make()
optimizer = keras.optimizers.SGD(0.02)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss_value = keras.losses.mean_squared_error(y, model(x, training=True))
    grads = tape.gradient(loss_value, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return tf.reduce_mean(loss_value)


loop = KerasLoop(model, train_step)
batches = cut(*regression(6, d=6, k=2), 15)
EXPECTED = "The loss on the tape is a vector with one entry per sample, so its gradient is that of the sum over the batch, though the mean is reported."
STAGE = ("gradients", "reduction")
CAUSE = "gradient_summed"
