"""Sample weights by hand: the weighted sum over the batch size, as Keras has it."""

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


model, reference = twin(build, 101)
x, y = onehot(101, 34, 5, 3)
batches = split(x, y, 10, np.random.default_rng(3).uniform(0.2, 3, 34).astype("float32"))


def step(model, x, y, sample_weight):
    with tf.GradientTape() as tape:
        losses = tf.nn.softmax_cross_entropy_with_logits(y, model(x, training=True))
        loss = tf.tensordot(losses, tf.constant(sample_weight), 1) / len(x)
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = Own(model, step)
EXPECTED = "equal"
