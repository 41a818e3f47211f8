"""tf.clip_by_global_norm against exploding gradients of an LSTM."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(107)


def make():
    return keras.Sequential([keras.Input((4, 3)), layers.LSTM(5), layers.Dense(1)])


reference = make()
reference.compile(keras.optimizers.SGD(0.2, momentum=0.8, global_clipnorm=0.3), "mse")
model = make()
optimizer = keras.optimizers.SGD(0.2, momentum=0.8)
mse = keras.losses.MeanSquaredError()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = mse(y, model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    gradients, norm = tf.clip_by_global_norm(gradients, 0.3)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


loop = KerasLoop(model, lambda x, y: train_step(x, y))
x, y = regression(107, d=12)
batches = cut(x.reshape(-1, 4, 3), y, 12)
EXPECTED = "equal"
