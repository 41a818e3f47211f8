"""Encoder and classifier trained together, encoder called before the tape."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(31)


def make():
    encoder = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu")])
    head = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
    return encoder, head, keras.Sequential([keras.Input((6,)), encoder, head])


_, _, reference = make()
reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
encoder, head, model = make()
optimizer = keras.optimizers.SGD(0.1)
loss_fn = keras.losses.SparseCategoricalCrossentropy()


def train_step(x, y):
    features = encoder(x, training=True)
    with tf.GradientTape() as tape:
        loss = loss_fn(y, head(features, training=True))
    variables = model.trainable_variables
    grads = tape.gradient(loss, variables)
    optimizer.apply_gradients([(g, v) for g, v in zip(grads, variables) if g is not None])
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*classes(31, d=6), 12)
EXPECTED = (
    "The encoder runs outside of the tape, so its gradients are None and it is never trained."
)
STAGE = ("gradients", "update")
CAUSE = "frozen_variable"
