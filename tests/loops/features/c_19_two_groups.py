"""Two parameter groups: kernels with decay, the rest without, as scripts for BERT have it."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    adamw = keras.optimizers.AdamW(0.01, weight_decay=0.2)
    adamw.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model = keras.Sequential(
        [L.Input((5,)), L.Dense(8, "relu"), L.LayerNormalization(), L.Dense(2)]
    )
    model.compile(adamw, "mse")
    return model


model, reference = twin(build, 119)
with_decay, without = keras.optimizers.AdamW(0.01, weight_decay=0.2), keras.optimizers.Adam(0.01)
batches = split(*reg(119, 32, 5, 2), 12)


def step(x, y):
    kernels = [v for v in model.trainable_variables if v.name == "kernel"]
    others = [v for v in model.trainable_variables if v.name != "kernel"]
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    a, b = tape.gradient(loss, [kernels, others])
    with_decay.apply(a, kernels)
    without.apply(b, others)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
