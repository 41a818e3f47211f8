"""LAMB as in large-batch BERT training, no decay."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(805)
rng = np.random.default_rng(805)
x = rng.normal(size=(42, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(42, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 42, 16)]

reference = keras.Sequential([keras.Input((5,)), L.Dense(7, activation="gelu"), L.Dense(3)])
reference.compile(
    keras.optimizers.Lamb(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model = keras.models.clone_model(reference)
slots = None
count = 0


def train_step(x, y):
    global slots, count
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            keras.losses.sparse_categorical_crossentropy(
                y, model(x, training=True), from_logits=True
            )
        )
    grads = tape.gradient(loss, model.trainable_variables)
    if slots is None:
        slots = [[tf.zeros_like(g), tf.zeros_like(g)] for g in grads]
    count += 1
    for w, g, s in zip(model.trainable_variables, grads, slots):
        s[0] = 0.9 * s[0] + 0.1 * g
        s[1] = 0.999 * s[1] + 0.001 * tf.square(g)
        r = (s[0] / (1 - np.float32(0.9) ** count)) / (
            tf.sqrt(s[1] / (1 - np.float32(0.999) ** count)) + 1e-7
        )
        wn, rn = tf.norm(w.value), tf.norm(r)
        trust = wn / rn if wn > 0 and rn > 0 else 1.0
        w.assign_sub(0.02 * trust * r)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
