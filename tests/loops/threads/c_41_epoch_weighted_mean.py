"""A Trainer class whose epoch loss weighs each batch by its size."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = "equal"

keras.utils.set_random_seed(141)
rng = np.random.default_rng(141)
x = rng.normal(size=(31, 5)).astype("float32")
y = (x[:, :1] + 0.7 * rng.normal(size=(31, 1)) > 0).astype("float32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 31, 9)]
y = 2 * y - 1
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 31, 9)]


def build():
    return keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(7, activation="relu"),
            keras.layers.Dense(1, activation="tanh"),
        ]
    )


class Trainer:
    def __init__(self):
        self.model = build()
        self.optimizer = keras.optimizers.Lion(0.002, weight_decay=0.1)

    def get_weights(self):
        return self.model.get_weights()

    def set_weights(self, weights):
        self.model.set_weights(weights)

    def predict(self, x):
        return self.model(x, training=False).numpy()

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.maximum(1.0 - y * self.model(x, training=True), 0.0))
        grads = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.model.trainable_variables))
        return float(loss)

    def train_epoch(self, batches):
        total, seen = 0.0, 0
        for x, y in batches:
            total += self.train_step(x, y) * len(x)
            seen += len(x)
        return total / seen


loop = Trainer()
reference = build()
reference.compile(keras.optimizers.Lion(0.002, weight_decay=0.1), "hinge")
