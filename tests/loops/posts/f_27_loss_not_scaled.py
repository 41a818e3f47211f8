"""Mixed precision in a custom loop, ported from Keras 2 to 3."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(27)


def make():
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, activation="relu", dtype="mixed_float16"),
            layers.Dense(1, dtype="float32"),
        ]
    )


reference = make()
reference.compile(
    keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=1024.0), "mse"
)
model = make()
optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=1024.0)
loss_object = keras.losses.MeanSquaredError()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_object(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*regression(27, d=6), 12)
EXPECTED = "The loss is not multiplied by optimizer.scale_loss, while LossScaleOptimizer divides the gradients by the scale, so updates are 1024 times too small."
STAGE = ("gradients", "update")
CAUSE = "loss_scale_missing"
