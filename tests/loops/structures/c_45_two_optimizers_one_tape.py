"""Wide and deep parts with an optimizer each and one persistent tape."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(245)
rng = np.random.default_rng(245)
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
reference.compile(keras.optimizers.Adam(0.02), "mse")


class TwoOptimizers:
    def __init__(self, model):
        self.model = model
        self.parts = [
            (model.get_layer("wide").trainable_variables, keras.optimizers.Adam(0.02)),
            (
                model.get_layer("deep").trainable_variables
                + model.get_layer("out").trainable_variables,
                keras.optimizers.Adam(0.02),
            ),
        ]

    def step(self, x, y):
        with tf.GradientTape(persistent=True) as tape:
            loss = tf.reduce_mean((self.model(x, training=True) - y) ** 2)
        slopes = [tape.gradient(loss, variables) for variables, _ in self.parts]
        for g, (variables, optimizer) in zip(slopes, self.parts):
            optimizer.apply(g, variables)
        return loss


loop = KerasLoop(model, TwoOptimizers(model).step)
EXPECTED = "equal"
