"""tf.clip_by_global_norm around an LSTM classifier's gradients."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(410)
rng = np.random.default_rng(410)
x = rng.normal(size=(30, 6, 3)).astype("float32")
y = (x[:, :, :1].mean(1) + 0.3 * rng.normal(size=(30, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]
batches = [(a, (b[:, 0] > 0).astype("int32")) for a, b in batches]


def build():
    return keras.Sequential([keras.Input((6, 3)), L.LSTM(5), L.Dense(3)])


reference, model = build(), build()
reference.compile(
    keras.optimizers.Adam(0.01, global_clipnorm=0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
optimizer = keras.optimizers.Adam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=model(x, training=True))
        )
    grads, _ = tf.clip_by_global_norm(tape.gradient(loss, model.trainable_variables), 0.1)
    optimizer.apply(grads, model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
