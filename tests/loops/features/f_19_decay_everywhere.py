"""A fine-tuning loop that forgot exclude_from_weight_decay."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split

from kerasfoundations.diagnose import KerasLoop


def optimizer(exclude):
    adamw = keras.optimizers.AdamW(0.01, weight_decay=0.2)
    if exclude:
        adamw.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return adamw


def build(exclude=True):
    model = keras.Sequential(
        [L.Input((5,)), L.Dense(8, "relu"), L.LayerNormalization(), L.Dense(2)]
    )
    model.compile(optimizer(exclude), "mse")
    return model


keras.utils.set_random_seed(19)
reference, model = build(), build(False)
batches = split(*reg(19, 32, 5, 2), 12)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "Weight decay also shrinks biases and the normalization's gamma and beta, which the reference excludes."
STAGE = ("update",)
CAUSE = "decay_exclusions"
