"""A trainer class that weights each batch's loss by its size."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

keras.utils.set_random_seed(120)


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(1)]
    )


reference = make()
reference.compile(keras.optimizers.Adam(0.01), "mse")


class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimizer = keras.optimizers.Adam(0.01)
        self.loss_fn = keras.losses.MeanSquaredError()

    def get_weights(self):
        return self.model.get_weights()

    def set_weights(self, weights):
        self.model.set_weights(weights)

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = self.loss_fn(y, self.model(x, training=True))
        grads = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.model.trainable_variables))
        return float(loss)

    def train_epoch(self, batches):
        total, seen = 0.0, 0
        for x, y in batches:
            total += self.train_step(x, y) * len(x)
            seen += len(x)
        return total / seen


loop = Trainer(make())
batches = cut(*regression(120, n=39), 12)
EXPECTED = "equal"
