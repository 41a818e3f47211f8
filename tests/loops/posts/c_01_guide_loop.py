"""The loop of the Keras guide "Writing a training loop from scratch"."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(101)


def make():
    inputs = keras.Input((5,), name="digits")
    x = layers.Dense(8, activation="relu")(inputs)
    return keras.Model(inputs, layers.Dense(3)(x))


reference = make()
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model = make()
optimizer = keras.optimizers.Adam(learning_rate=1e-2)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss_value = loss_fn(y, logits)
    grads = tape.gradient(loss_value, model.trainable_weights)
    optimizer.apply(grads, model.trainable_weights)
    return loss_value


loop = KerasLoop(model, train_step)
batches = cut(*classes(101), 12)
EXPECTED = "equal"
