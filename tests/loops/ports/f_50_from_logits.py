"""GradientTape loops for GANs and classifiers."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import binary, net

from kerasfoundations.diagnose import KerasLoop


def build(seed):
    return net(
        (5,),
        [layers.Dense(6, "tanh"), layers.Dense(1)],
        keras.optimizers.Adam(0.01),
        keras.losses.BinaryCrossentropy(from_logits=True),
        seed,
    )


batches = binary(50)
reference, model = build(50), build(51)
loss_fn = keras.losses.BinaryCrossentropy()
optimizer = keras.optimizers.Adam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The model returns logits, but BinaryCrossentropy() is left at from_logits=False and clips them as if they were probabilities."
STAGE = ("loss",)
CAUSE = "logits_as_probabilities"
