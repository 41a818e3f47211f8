"""Distillation: Kullback-Leibler divergence to a teacher's probabilities."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(5)
rng = np.random.default_rng(5)
x = rng.normal(size=(36, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 4)) + rng.normal(size=(36, 4))).argmax(1)
y = np.eye(4, dtype="float32")[y]
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]
teacher = keras.ops.softmax(x @ rng.normal(size=(5, 4)).astype("float32")).numpy()
batches = [(x[i : i + 14], teacher[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(4, activation="softmax")]
)
reference.compile(keras.optimizers.Lion(0.002), "kl_divergence")
student = keras.models.clone_model(reference)
optimizer = keras.optimizers.Lion(0.002)


def train_step(x, p):
    with tf.GradientTape() as tape:
        q = student(x, training=True)
        loss = tf.reduce_mean(tf.reduce_sum(p * (tf.math.log(p) - tf.math.log(q)), axis=-1))
    optimizer.apply(tape.gradient(loss, student.trainable_variables), student.trainable_variables)
    return loss


loop = KerasLoop(student, train_step)

EXPECTED = "equal"
