"""tf.data pipeline copied from a TPU notebook."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

keras.utils.set_random_seed(30)


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="tanh"), layers.Dense(1)]
    )


reference = make()
reference.compile(keras.optimizers.SGD(0.05), "mse")


class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimizer = keras.optimizers.SGD(0.05)
        self.metric = keras.metrics.Mean()

    def get_weights(self):
        return self.model.get_weights()

    def set_weights(self, weights):
        self.model.set_weights(weights)

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.model(x, training=True) - y))
        grads = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.model.trainable_variables))
        return float(loss)

    def fit(self, x, y, batch_size):
        dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch_size, drop_remainder=True)
        self.metric.reset_state()
        for xb, yb in dataset:
            self.metric.update_state(self.train_step(xb, yb), sample_weight=len(xb))
        return float(self.metric.result())

    def train_epoch(self, batches):
        x, y = (np.concatenate(parts) for parts in zip(*batches))
        return self.fit(x, y, len(batches[0][0]))


loop = Trainer(make())
batches = cut(*regression(30, n=42), 12)
EXPECTED = "The data set is batched with drop_remainder=True, so the smaller last batch is never trained on."
STAGE = ("data",)
CAUSE = "last_batch_dropped"
