"""Transfer learning: only the head's variables go to the optimizer."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(19)


def make():
    base = keras.Sequential(
        [keras.Input((6,)), layers.Dense(8), layers.BatchNormalization(), layers.ReLU()]
    )
    return base, keras.Sequential([keras.Input((6,)), base, layers.Dense(3)])


frozen, reference = make()
frozen.trainable = False
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
base, model = make()
head = model.layers[-1]
optimizer = keras.optimizers.Adam(0.01)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, head.trainable_variables)
    optimizer.apply_gradients(zip(grads, head.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*classes(19, d=6), 12)
EXPECTED = "The base is not set to trainable=False, so its batch normalization uses batch statistics and updates its moving ones, which a frozen base would not."
STAGE = ("outputs", "state")
CAUSE = "frozen_batch_norm"
