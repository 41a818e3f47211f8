"""A loop that calls the model without training=True."""

import keras
import tensorflow as tf
from loops.feature_data import L, sparse, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [L.Input((5,)), L.Dense(8, use_bias=False), L.BatchNormalization(), L.ReLU(), L.Dense(3)]
    )
    model.compile(
        keras.optimizers.Lion(0.005), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    return model


model, reference = twin(build, 25)
batches = split(*sparse(25, 40, 5, 3), 12)
cce = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = cce(y, model(x))
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = (
    "The model is called without training=True, so batch normalization uses its moving statistics."
)
STAGE = ("outputs",)
CAUSE = "batch_norm_mode"
