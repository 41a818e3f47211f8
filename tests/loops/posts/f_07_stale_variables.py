"""Transfer learning, fine-tuning phase after unfreezing the base."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(7)


def make():
    base = keras.Sequential(
        [keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(6, activation="relu")]
    )
    return base, keras.Sequential([keras.Input((6,)), base, layers.Dense(3, activation="softmax")])


_, reference = make()
reference.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy")
base, model = make()
base.trainable = False
variables = model.trainable_variables
optimizer = keras.optimizers.SGD(0.05)
loss_fn = keras.losses.SparseCategoricalCrossentropy()
# phase 2: fine-tune the whole network
base.trainable = True


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(grads, variables))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*classes(7, d=6), 15)
EXPECTED = "The list of variables was taken while the base was frozen, so after unfreezing only the head is trained."
STAGE = ("gradients", "update")
CAUSE = "frozen_variable"
