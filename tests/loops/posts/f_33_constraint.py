"""Manual assign_sub on a model whose layer has kernel_constraint."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(33)


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
lr = 0.1


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    for v, g in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
        v.assign(v - lr * g)
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*regression(33), 12)
EXPECTED = "The hand-written update does not apply the layer's kernel_constraint (max norm) after the step."
STAGE = ("update",)
CAUSE = "constraint_missing"
