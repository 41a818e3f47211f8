"""Keras's Muon in a model with a train_step of its own, gradients handed over as a dict."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(212)
rng = np.random.default_rng(212)
x = rng.normal(size=(44, 6)).astype("float32")
y = np.sin(x[:, :2]).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build(kind):
    model = kind(
        [
            keras.Input((6,)),
            keras.layers.Dense(8, activation="tanh"),
            keras.layers.Dense(5, activation="tanh"),
            keras.layers.Dense(2),
        ]
    )
    model.compile(keras.optimizers.Muon(0.02), "mse")
    return model


class Net(keras.Sequential):
    def train_step(self, data):
        x, y = data
        named = {v.path: v for v in self.trainable_variables}
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        slopes = tape.gradient(loss, {name: v.value for name, v in named.items()})
        self.optimizer.apply([slopes[name] for name in named], list(named.values()))
        return {"loss": loss}


loop, reference = build(Net), build(keras.Sequential)
EXPECTED = "equal"
