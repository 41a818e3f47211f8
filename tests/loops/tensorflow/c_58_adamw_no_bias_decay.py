"""AdamW whose decay leaves out biases and layer normalization, in both."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(365)
rng = np.random.default_rng(365)
x = rng.normal(size=(32, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(32, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 32, 12)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6), L.LayerNormalization(), L.Activation("gelu"), L.Dense(1)]
)
opt = keras.optimizers.AdamW(0.01, weight_decay=0.2)
opt.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
reference.compile(opt, "mse")
model = keras.models.clone_model(reference)
adam = keras.optimizers.Adam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    grads = tape.gradient(loss, model.trainable_variables)
    for v in model.trainable_variables:
        if v.name == "kernel":
            v.assign(v * (1 - 0.01 * 0.2))
    adam.apply(grads, model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
