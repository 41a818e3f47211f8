"""A trainer class whose epoch loss weights every batch by its size, step in a tf.function."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

rng = np.random.default_rng(144)
x = rng.normal(size=(31, 4)).astype("float32")
y = rng.normal(size=(31, 2)).astype("float32")
batches = batched(9, x, y)


def build(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(2)]
    )


reference = build(144)
reference.compile(keras.optimizers.Adadelta(0.5), "mse")


class Trainer:
    def __init__(self):
        self.model = build(145)
        self.optimizer = keras.optimizers.Adadelta(0.5)
        self.optimizer.build(self.model.trainable_variables)
        self.metric = keras.metrics.Mean()

    def get_weights(self):
        return self.model.get_weights()

    def set_weights(self, weights):
        self.model.set_weights(weights)

    def predict(self, x):
        return self.model(x, training=False)

    @tf.function
    def compiled_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.mean_squared_error(y, self.model(x, training=True)))
        grads = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.model.trainable_variables))
        return loss

    def train_step(self, x, y):
        return self.compiled_step(tf.convert_to_tensor(x), tf.convert_to_tensor(y))

    def train_epoch(self, batches):
        self.metric.reset_state()
        for x, y in batches:
            self.metric.update_state(self.train_step(x, y), sample_weight=len(x))
        return float(self.metric.result())


loop = Trainer()
EXPECTED = "equal"
