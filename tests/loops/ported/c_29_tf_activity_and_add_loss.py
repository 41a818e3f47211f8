"""Model with an activity regularizer and a layer that calls add_loss; the loop adds sum(model.losses)."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

rng = np.random.default_rng(129)
x = rng.normal(size=(33, 6)).astype("float32")
batches = batched(9, x, x)


class Spread(keras.layers.Layer):
    """Keeps its input near unit scale."""

    def call(self, inputs):
        self.add_loss(0.1 * keras.ops.mean(keras.ops.square(inputs) - 1.0) ** 2)
        return inputs


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(
                4, activation="tanh", activity_regularizer=keras.regularizers.L2(0.01)
            ),
            Spread(),
            keras.layers.Dense(6),
        ]
    )


reference = build(129)
reference.compile(keras.optimizers.RMSprop(0.003), "mse")
model = build(130)
optimizer = keras.optimizers.RMSprop(0.003)
mse = keras.losses.MeanSquaredError()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = mse(y, model(x, training=True)) + sum(model.losses)
    grads = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "equal"
