"""tf.nn.l2_loss with twice the coefficient, kernels only."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(116)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(8, activation="relu", kernel_regularizer="l2"),
        layers.Dense(1, kernel_regularizer="l2"),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mae")
model = keras.Sequential([keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(1)])
optimizer = keras.optimizers.SGD(0.05)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.abs(model(x, training=True) - y))
        loss += 2 * 0.01 * tf.add_n([tf.nn.l2_loss(layer.kernel.value) for layer in model.layers])
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*regression(116), 12)
EXPECTED = "equal"
