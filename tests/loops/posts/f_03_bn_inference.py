"""Custom loop in which batch normalization "does not work"."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(3)


def make():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(8),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Dense(1),
        ]
    )


reference = make()
reference.compile(keras.optimizers.Adam(0.01), "mse")
model = make()
optimizer = keras.optimizers.Adam(0.01)
mse = keras.losses.MeanSquaredError()


def train_step(x, y):
    with tf.GradientTape() as tape:
        y_pred = model(x)
        loss = mse(y, y_pred)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*regression(3), 12)
EXPECTED = "The model is called without training=True, so batch normalization uses and never updates its moving statistics."
STAGE = ("outputs", "state")
CAUSE = "batch_norm_mode"
