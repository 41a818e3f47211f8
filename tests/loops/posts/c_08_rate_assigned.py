"""The rate assigned from a counter in each step, for ExponentialDecay."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(108)


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(1)]
    )


reference = make()
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.7)), "mse"
)
model = make()
optimizer = keras.optimizers.SGD(0.1)


def train_step(x, y):
    step = int(optimizer.iterations.numpy())
    optimizer.learning_rate.assign(0.1 * 0.7 ** (step / 3))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*regression(108), 12)
EXPECTED = "equal"
