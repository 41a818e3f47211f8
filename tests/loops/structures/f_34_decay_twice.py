"""An own optimizer class that passes weight_decay to its base class and decays in update_step too."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(134)
rng = np.random.default_rng(134)
x = rng.normal(size=(44, 4)).astype("float32")
y = (x[:, :2] + 1).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


class SGDW(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, weight_decay=0.01, name="sgdw", **kwargs):
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, name=name, **kwargs
        )

    def update_step(self, gradient, variable, learning_rate):
        decay = self.weight_decay * variable * learning_rate
        self.assign_sub(variable, learning_rate * gradient + decay)


class Net(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


def build(kind, optimizer):
    model = kind([keras.Input((4,)), keras.layers.Dense(5, "gelu"), keras.layers.Dense(2)])
    model.compile(optimizer, "mse")
    return model


loop = build(Net, SGDW(0.1, 0.2))
reference = build(keras.Sequential, keras.optimizers.SGD(0.1, weight_decay=0.2))
EXPECTED = "Weight decay is applied twice, by the base class and in update_step."
STAGE = ("update",)
CAUSE = "decay_value"
