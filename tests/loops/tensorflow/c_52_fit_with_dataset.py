"""A trainer whose fit(x, y, batch_size) goes through tf.data in order, last batch included."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

keras.utils.set_random_seed(97)
rng = np.random.default_rng(97)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(40, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 40, 16)]


def build():
    return keras.Sequential([keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(3)])


reference, model = build(), build()
reference.compile(
    keras.optimizers.Adagrad(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)


class Trainer:
    def __init__(self):
        self.optimizer = keras.optimizers.Adagrad(0.1)
        self.metric = keras.metrics.Mean()
        self.get_weights, self.set_weights = model.get_weights, model.set_weights

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True))
            loss = tf.reduce_mean(losses)
        self.optimizer.apply(
            tape.gradient(loss, model.trainable_variables), model.trainable_variables
        )
        self.metric.update_state(losses)
        return loss.numpy()

    def fit(self, x, y, batch_size):
        self.metric.reset_state()
        for xb, yb in tf.data.Dataset.from_tensor_slices((x, y)).batch(batch_size):
            self.train_step(xb, yb)
        return float(self.metric.result())


loop = Trainer()

EXPECTED = "equal"
