"""tf.clip_by_global_norm before apply_gradients, for a reference with global_clipnorm."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(130)
rng = np.random.default_rng(130)
x = rng.normal(size=(22, 6, 3)).astype("float32")
y = (4 * x.mean(axis=(1, 2)) + 2).astype("float32")[:, None]
batches = [(x[i : i + 6], y[i : i + 6]) for i in range(0, 22, 6)]


def build():
    return keras.Sequential(
        [
            keras.Input((6, 3)),
            keras.layers.Conv1D(4, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(1),
        ]
    )


model = build()
optimizer = keras.optimizers.Adam(0.01, beta_1=0.8)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.huber(y, model(x, training=True)))
    grads = tape.gradient(loss, model.trainable_variables)
    grads, _ = tf.clip_by_global_norm(grads, 0.3)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.Adam(0.01, beta_1=0.8, global_clipnorm=0.3), "huber")
