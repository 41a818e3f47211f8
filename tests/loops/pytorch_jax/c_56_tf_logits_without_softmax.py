"""The softmax is computed in the loss, from logits, which both models output."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

L = keras.layers
rng = np.random.default_rng(2719)
keras.utils.set_random_seed(2719)

x = rng.normal(size=(48, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 48, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.RMSprop(0.005), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model = keras.Sequential([keras.Input((5,)), L.Dense(8, activation="relu"), L.Dense(3)])
squares = [tf.Variable(tf.zeros_like(v)) for v in model.trainable_variables]


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=model(x, training=True))
        )
    grads = tape.gradient(loss, model.trainable_variables)
    for v, s, g in zip(model.trainable_variables, squares, grads):
        s.assign(0.9 * s + 0.1 * g * g)
        v.assign(v - 0.005 * g / tf.sqrt(s + 1e-7))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
