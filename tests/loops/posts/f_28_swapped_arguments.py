"""Loss object called as loss(pred, true)."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import binary, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(28)


def make():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(6, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


reference = make()
reference.compile(keras.optimizers.Adam(0.001), "binary_crossentropy")
model = make()
optimizer = keras.optimizers.Adam()
loss_fn = keras.losses.BinaryCrossentropy()


def train_step(x, y):
    with tf.GradientTape() as tape:
        predictions = model(x, training=True)
        loss = loss_fn(predictions, y)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*binary(28), 12)
EXPECTED = "Predictions and targets are swapped in the call of the cross-entropy."
STAGE = ("loss",)
CAUSE = "arguments_swapped"
