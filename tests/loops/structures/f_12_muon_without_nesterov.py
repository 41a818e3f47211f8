"""Muon with the settings of somebody's first port, in a model with its own train_step."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(112)
rng = np.random.default_rng(112)
x = rng.normal(size=(44, 6)).astype("float32")
y = np.sin(x[:, :2]).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build(kind, nesterov):
    model = kind(
        [
            keras.Input((6,)),
            keras.layers.Dense(8, activation="tanh"),
            keras.layers.Dense(5, activation="tanh"),
            keras.layers.Dense(2),
        ]
    )
    model.compile(keras.optimizers.Muon(0.02, nesterov=nesterov), "mse")
    return model


class Net(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        trainable = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, trainable), trainable)
        return {"loss": loss}


loop, reference = build(Net, False), build(keras.Sequential, True)
EXPECTED = (
    "Muon's momentum is used without Nesterov's look-ahead (nesterov=False); the reference uses it."
)
STAGE = ("state", "update")
CAUSE = "optimizer_setting"
