"""Weights that may not be negative and columns of unit norm; the optimizer applies both."""

import keras
import tensorflow as tf
from loops.feature_data import L, sparse, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [
            L.Input((5,)),
            L.Dense(6, "relu", kernel_constraint="non_neg"),
            L.Dense(3, "softmax", kernel_constraint="unit_norm"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    return model


model, reference = twin(build, 112)
batches = split(*sparse(112, 32, 5, 3), 10)


def step(x, y):
    with tf.GradientTape() as tape:
        p = model(x, training=True)
        loss = -tf.reduce_mean(tf.math.log(tf.gather(p, tf.cast(y, "int32"), batch_dims=1)))
    variables = model.trainable_variables
    model.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
