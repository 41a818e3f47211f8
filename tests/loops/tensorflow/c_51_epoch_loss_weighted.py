"""A loop class with fit, whose epoch loss weights the batches by their sizes."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

keras.utils.set_random_seed(412)
rng = np.random.default_rng(412)
x = rng.normal(size=(38, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(38, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 38, 12)]


def build():
    return keras.Sequential([keras.Input((4,)), L.Dense(5, activation="relu"), L.Dense(1)])


reference, model = build(), build()
reference.compile(keras.optimizers.SGD(0.05), "mse")


class Trainer:
    def __init__(self, model):
        self.model, self.optimizer = model, keras.optimizers.SGD(0.05)

    def get_weights(self):
        return self.model.get_weights()

    def set_weights(self, ws):
        self.model.set_weights(ws)

    def predict(self, x):
        return self.model(x, training=False).numpy()

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self.model(x, training=True) - y) ** 2)
        self.optimizer.apply(
            tape.gradient(loss, self.model.trainable_variables), self.model.trainable_variables
        )
        return float(loss)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for x, y in batches:
            total += self.train_step(x, y) * len(x)
            count += len(x)
        return total / count


loop = Trainer(model)

EXPECTED = "equal"
