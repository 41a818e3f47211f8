"""A compiled loss with label smoothing, replaced by the function of the same name."""

import keras
import tensorflow as tf
from loops.feature_data import L, onehot, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((6,)), L.Dense(7, "relu"), L.Dense(4, "softmax")])
    model.compile(
        keras.optimizers.Nadam(0.01), keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    )
    return model


model, reference = twin(build, 5)
batches = split(*onehot(5, 33, 6, 4), 12)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.categorical_crossentropy(y, model(x, training=True)))
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "Label smoothing (0.1) of the compiled loss is forgotten."
STAGE = ("loss",)
CAUSE = "label_smoothing_missing"
