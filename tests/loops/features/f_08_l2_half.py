"""An L2 penalty with tf.nn.l2_loss, ported from TensorFlow 1."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [
            L.Input((4,)),
            L.Dense(6, "tanh", kernel_regularizer=keras.regularizers.L2(0.03)),
            L.Dense(1, kernel_regularizer=keras.regularizers.L2(0.03)),
        ]
    )
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


model, reference = twin(build, 8)
batches = split(*reg(8, 40, 4, 1), 12)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        loss += 0.03 * tf.add_n(
            [tf.nn.l2_loss(v) for v in model.trainable_variables if "kernel" in v.path]
        )
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "The L2 penalty is half of Keras's: tf.nn.l2_loss has a factor 1/2."
STAGE = ("regularization",)
CAUSE = "penalty_halved"
