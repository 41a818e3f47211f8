"""A wide linear classifier with Ftrl, trained with train_on_batch-like calls of a tape."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(120)
rng = np.random.default_rng(120)
x = (rng.uniform(size=(30, 12)) < 0.3).astype("float32")
y = (x[:, :1] + x[:, 1:2] > 0).astype("float32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 30, 9)]


def build():
    return keras.Sequential([keras.Input((12,)), keras.layers.Dense(1)])


def ftrl():
    return keras.optimizers.Ftrl(
        0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.02
    )


model, optimizer = build(), ftrl()


def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(ftrl(), keras.losses.BinaryCrossentropy(from_logits=True))
