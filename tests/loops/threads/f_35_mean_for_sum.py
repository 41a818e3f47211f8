"""Port of a model compiled with MeanSquaredError(reduction="sum") to a tape with reduce_mean."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "The loss is averaged over the batch, while the reference sums it (reduction='sum')."
STAGE = ("reduction",)

keras.utils.set_random_seed(36)
rng = np.random.default_rng(36)
x = rng.normal(size=(26, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 2))) + 0.1 * rng.normal(size=(26, 2))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 26, 8)]


def build():
    inputs = keras.Input((4,))
    h = keras.layers.Dense(6, activation="softplus")(inputs)
    return keras.Model(inputs, keras.layers.Dense(2)(h))


model = build()
optimizer = keras.optimizers.SGD(0.01, momentum=0.8)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        prediction = model(x, training=True)
        loss = tf.reduce_mean(tf.square(y - prediction))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(
    keras.optimizers.SGD(0.01, momentum=0.8), keras.losses.MeanSquaredError(reduction="sum")
)
CAUSE = "loss_averaged"
