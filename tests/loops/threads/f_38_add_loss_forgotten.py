"""A layer that adds a divergence with add_loss, in a custom loop that never looks at model.losses."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = (
    "The loss that a layer adds with add_loss is left out (model.losses is not added to the loss)."
)
STAGE = ("regularization",)

keras.utils.set_random_seed(39)
rng = np.random.default_rng(39)
x = rng.normal(size=(25, 6)).astype("float32")
y = (np.sin(x @ rng.normal(size=(6, 2))) + 0.1 * rng.normal(size=(25, 2))).astype("float32")
batches = [(x[i : i + 7], y[i : i + 7]) for i in range(0, 25, 7)]


class KLRegularized(keras.layers.Layer):
    def call(self, z):
        self.add_loss(0.05 * tf.reduce_mean(tf.reduce_sum(tf.square(z), axis=-1)))
        return z


def build():
    return keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(4, activation="tanh"),
            KLRegularized(),
            keras.layers.Dense(2),
        ]
    )


model = build()
optimizer = keras.optimizers.Adam(3e-3)
loss_fn = keras.losses.MeanSquaredError()


def train_step(x_batch_train, y_batch_train):
    with tf.GradientTape() as tape:
        logits = model(x_batch_train, training=True)
        loss_value = loss_fn(y_batch_train, logits)
    grads = tape.gradient(loss_value, model.trainable_weights)
    optimizer.apply(grads, model.trainable_weights)
    return loss_value


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.Adam(3e-3), "mse")
CAUSE = "activity_penalty_missing"
