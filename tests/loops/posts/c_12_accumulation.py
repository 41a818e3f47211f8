"""Gradient accumulation of the Stack Overflow answers, averaged over two batches."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(112)


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="tanh"), layers.Dense(1)]
    )


reference = make()
reference.compile(keras.optimizers.SGD(0.1, gradient_accumulation_steps=2), "mse")
model = make()
optimizer = keras.optimizers.SGD(0.1)
accumulated = [tf.Variable(tf.zeros_like(v.value)) for v in model.trainable_variables]
counter = tf.Variable(0)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    for a, g in zip(accumulated, tape.gradient(loss, model.trainable_variables)):
        a.assign_add(g / 2)
    counter.assign_add(1)
    if int(counter) % 2 == 0:
        optimizer.apply_gradients(
            zip([tf.identity(a) for a in accumulated], model.trainable_variables)
        )
        for a in accumulated:
            a.assign(tf.zeros_like(a))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*regression(112, n=58), 16)
EXPECTED = "equal"
