"""Binary labels smoothed by hand towards one half."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(126)
rng = np.random.default_rng(126)
x = rng.normal(size=(29, 5)).astype("float32")
y = (x[:, :2] + 0.7 * rng.normal(size=(29, 2)) > 0).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 29, 8)]


def build():
    return keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(2)]
    )


model = build()
optimizer = keras.optimizers.RMSprop(0.01)


@tf.function
def train_step(x, y):
    y = y * (1.0 - 0.2) + 0.5 * 0.2
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, model(x, training=True)))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, lambda x, y: train_step(tf.constant(x), tf.constant(y)))
reference = build()
reference.compile(
    keras.optimizers.RMSprop(0.01),
    keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.2),
)
