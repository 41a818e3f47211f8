"""A Trainer class with callbacks, whose epoch's mean counts samples."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(236)
rng = np.random.default_rng(236)
x = rng.normal(size=(35, 3)).astype("float32")
y = (x[:, :1] * 2).astype("float32")
y[32:] += 4
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(4, "relu"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")


class Trainer:
    def __init__(self, model, optimizer, callbacks=()):
        self.model, self.optimizer, self.callbacks = model, optimizer, list(callbacks)
        self.mean = keras.metrics.Mean()
        self.history = []

    def get_weights(self):
        return self.model.get_weights()

    def set_weights(self, w):
        self.model.set_weights(w)

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.mean_squared_error(y, self.model(x, training=True)))
        w = self.model.trainable_weights
        self.optimizer.apply(tape.gradient(loss, w), w)
        for callback in self.callbacks:
            callback(self, float(loss))
        return loss

    def train_epoch(self, batches):
        self.mean.reset_state()
        for x, y in batches:
            self.mean.update_state(self.train_step(x, y), sample_weight=len(x))
        self.history.append(float(self.mean.result()))
        return self.history[-1]


log = []
loop = Trainer(
    keras.models.clone_model(reference),
    keras.optimizers.SGD(0.05),
    [lambda trainer, loss: log.append(loss)],
)
EXPECTED = "equal"
