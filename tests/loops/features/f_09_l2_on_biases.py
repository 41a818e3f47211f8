"""An L2 penalty over all trainable variables, as in course exercises."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, sparse, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [
            L.Input((5,)),
            L.Dense(
                6,
                "relu",
                kernel_regularizer=keras.regularizers.L2(0.05),
                bias_initializer="random_normal",
            ),
            L.Dense(
                3, kernel_regularizer=keras.regularizers.L2(0.05), bias_initializer="random_normal"
            ),
        ]
    )
    model.compile(
        keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    return model


model, reference = twin(build, 9)
for layer in reference.layers:
    layer.bias.assign(np.linspace(-1, 1, layer.bias.shape[0]))
batches = split(*sparse(9, 33, 5, 3), 10)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True))
        )
        for v in model.trainable_variables:
            loss += 0.05 * tf.reduce_sum(tf.square(v))
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "The L2 penalty includes the biases; the reference penalizes kernels only."
STAGE = ("regularization",)
CAUSE = "penalty_on_bias"
