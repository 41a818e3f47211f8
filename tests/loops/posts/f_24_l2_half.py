"""Port of kernel_regularizer=l2 to tf.nn.l2_loss."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(24)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(8, activation="relu", kernel_regularizer="l2"),
        layers.Dense(1, kernel_regularizer="l2"),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
model = keras.Sequential([keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(1)])
optimizer = keras.optimizers.SGD(0.05)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
        l2 = tf.add_n([tf.nn.l2_loss(v) for v in model.trainable_variables if "bias" not in v.path])
        loss = loss + 0.01 * l2
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*regression(24), 12)
EXPECTED = "tf.nn.l2_loss is half the sum of squares, so the L2 penalty is half of Keras's."
STAGE = ("regularization",)
CAUSE = "penalty_halved"
