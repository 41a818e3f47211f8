"""Manual SGD which applies the kernel's constraint itself."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(121)


def make():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(8, activation="relu", kernel_constraint=keras.constraints.MaxNorm(0.6)),
            layers.Dense(1),
        ]
    )


reference = make()
reference.compile(keras.optimizers.SGD(0.1), "mse")
model = make()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    for v, g in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
        v.assign(v - 0.1 * g)
        if v.constraint is not None:
            v.assign(v.constraint(v))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*regression(121), 12)
EXPECTED = "equal"
