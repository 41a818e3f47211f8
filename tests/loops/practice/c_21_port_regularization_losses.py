"""Keras 2 train_step ported to Keras 3: own loss function plus sum(self.losses)."""

import keras
import tensorflow as tf
from loops.practice_data import cut, tabular

x, y = tabular(121, out=2)
batches = cut(10, x, y)


class Regressor(keras.Sequential):
    loss_fn = keras.losses.MeanSquaredError()

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.loss_fn(y, self(x, training=True)) + sum(self.losses)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": loss}


def build(kind):
    keras.utils.set_random_seed(121)
    l2 = keras.regularizers.L1L2(0.01, 0.03)
    model = kind(
        [
            keras.Input((4,)),
            keras.layers.Dense(6, "relu", kernel_regularizer=l2, activity_regularizer="l2"),
            keras.layers.Dense(2, kernel_regularizer=l2),
        ]
    )
    model.compile(keras.optimizers.RMSprop(0.01), "mse")
    return model


loop, reference = build(Regressor), build(keras.Sequential)

EXPECTED = "equal"
