"""Wide and deep parts with an optimizer each, trained one after the other on each batch."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(145)
rng = np.random.default_rng(145)
from kerasfoundations.diagnose import KerasLoop

x = rng.normal(size=(44, 6)).astype("float32")
y = (x[:, :1] + x[:, 3:4] ** 2).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build():
    i = keras.Input((6,))
    wide = keras.layers.Dense(1, name="wide")(i[:, :3])
    deep = keras.layers.Dense(1, name="out")(
        keras.layers.Dense(6, activation="relu", name="deep")(i[:, 3:])
    )
    return keras.Model(i, keras.layers.Add()([wide, deep]))


reference, model = build(), build()
reference.compile(keras.optimizers.SGD(0.1), "mse")


class TwoOptimizers:
    def __init__(self, model):
        self.model = model
        self.parts = [
            (model.get_layer("wide").trainable_variables, keras.optimizers.SGD(0.1)),
            (
                model.get_layer("deep").trainable_variables
                + model.get_layer("out").trainable_variables,
                keras.optimizers.SGD(0.1),
            ),
        ]

    def step(self, x, y):
        for variables, optimizer in self.parts:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self.model(x, training=True) - y) ** 2)
            optimizer.apply(tape.gradient(loss, variables), variables)
        return loss


loop = KerasLoop(model, TwoOptimizers(model).step)
EXPECTED = "The deep part's gradient is computed after the wide part has been updated, instead of both at the same weights."
STAGE = ("gradients", "update")
CAUSE = "updated_in_turns"
