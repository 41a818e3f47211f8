"""Keras 2 to 3 port of SGD(lr=..., decay=...)."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

keras.utils.set_random_seed(10)


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="tanh"), layers.Dense(1)]
    )


reference = make()
# Keras 2: SGD(lr=0.05, decay=0.1)
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.InverseTimeDecay(0.05, 1, 0.1)), "mse"
)


class Net(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {"loss": loss}


loop = Net([keras.Input((5,)), layers.Dense(8, activation="tanh"), layers.Dense(1)])
loop.compile(keras.optimizers.SGD(learning_rate=0.05, weight_decay=0.1), "mse")
batches = cut(*regression(10), 12)
EXPECTED = "Keras 2's decay (of the learning rate over the steps) was ported to weight_decay, which shrinks the weights instead."
STAGE = ("update", "state")
CAUSE = "weight_decay"
