"""Adam plus decoupled decay of the kernels by hand, for AdamW without biases."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(122)


def make():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(8, activation="relu", bias_initializer="ones"),
            layers.Dense(3, bias_initializer="ones"),
        ]
    )


reference = make()
adamw = keras.optimizers.AdamW(0.01, weight_decay=0.1)
adamw.exclude_from_weight_decay(var_names=["bias"])
reference.compile(adamw, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model = make()
optimizer = keras.optimizers.Adam(0.01)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    for v in model.trainable_variables:
        if v.name == "kernel":
            v.assign_sub(0.01 * 0.1 * v)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*classes(122), 12)
EXPECTED = "equal"
