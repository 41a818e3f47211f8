"""Weighted loss of a custom loop, as in many answers on Stack Overflow on sample weights."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, Own, onehot, split, twin


def build():
    model = keras.Sequential([L.Input((5,)), L.Dense(8, "tanh"), L.Dense(3)])
    model.compile(
        keras.optimizers.SGD(0.1, momentum=0.9),
        keras.losses.CategoricalCrossentropy(from_logits=True),
    )
    return model


model, reference = twin(build, 1)
x, y = onehot(1, 34, 5, 3)
w = np.random.default_rng(3).uniform(0.2, 3, 34).astype("float32")
batches = split(x, y, 10, w)


def step(model, x, y, sample_weight):
    with tf.GradientTape() as tape:
        losses = tf.nn.softmax_cross_entropy_with_logits(y, model(x, training=True))
        loss = tf.reduce_sum(losses * sample_weight) / tf.reduce_sum(sample_weight)
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = Own(model, step)
EXPECTED = (
    "The weighted loss is divided by the sum of the sample weights instead of by the batch size."
)
STAGE = ("reduction",)
CAUSE = "sample_weights_normalized"
