"""An L2 penalty over model.trainable_variables."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(595)
rng = np.random.default_rng(595)
x = rng.normal(size=(32, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(32, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 32, 12)]


def build():
    reg = keras.regularizers.L2(0.05)
    return keras.Sequential(
        [
            keras.Input((5,)),
            L.Dense(6, activation="tanh", bias_initializer="random_normal", kernel_regularizer=reg),
            L.Dense(1, bias_initializer=keras.initializers.Constant(0.4), kernel_regularizer=reg),
        ]
    )


reference, model = build(), build()
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
optimizer = keras.optimizers.SGD(0.1, momentum=0.9)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        loss = loss + 0.05 * sum(tf.reduce_sum(tf.square(v)) for v in model.trainable_variables)
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The L2 penalty runs over all trainable variables, biases included, while the reference penalizes kernels only."
STAGE = ("regularization",)
CAUSE = "penalty_on_bias"
