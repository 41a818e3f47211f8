"""A frozen first layer, in the reference as in the loop."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import KerasLoop


def build(seed):
    frozen = layers.Dense(6, "tanh")
    frozen.trainable = False
    return net(
        (4,),
        [frozen, layers.Dense(5, "relu"), layers.Dense(1)],
        keras.optimizers.Adamax(0.01),
        "mse",
        seed,
    )


batches = reg(167)
reference, model = build(167), build(168)


def train_step(x, y):
    features = tf.stop_gradient(model.layers[0](x))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model.layers[2](model.layers[1](features)) - y) ** 2)
    variables = model.layers[1].trainable_variables + model.layers[2].trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
