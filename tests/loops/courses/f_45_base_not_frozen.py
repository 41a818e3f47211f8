"""Transfer learning: base.trainable = False is set on the reference only."""

import keras
import tensorflow as tf
from loops.course_data import classes

from kerasfoundations.diagnose import KerasLoop


def build():
    base = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(6, "relu")],
        name="base",
    )
    return keras.Sequential([keras.Input((4,)), base, keras.layers.Dense(3)])


keras.utils.set_random_seed(44)
reference, model = build(), build()
reference.layers[0].trainable = False
reference.compile(
    keras.optimizers.SGD(0.05), keras.losses.CategoricalCrossentropy(from_logits=True)
)
optimizer = keras.optimizers.SGD(0.05)
loss_fn = keras.losses.CategoricalCrossentropy(from_logits=True)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, model.weights)
    optimizer.apply_gradients(zip(grads, model.weights))
    return loss


loop = KerasLoop(model, train_step)
batches = classes(44)

EXPECTED = "The pretrained base is not frozen in the loop (all variables are trained), where the reference's base has trainable=False."
STAGE = ("gradients", "update")
CAUSE = "frozen_layer_trained"
