"""A train_step under mixed_float16 with optimizer.scale_loss."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(205)
rng = np.random.default_rng(205)
x = rng.normal(size=(40, 6)).astype("float32")
y = (x[:, :1] - x[:, 1:2]).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build(kind):
    policy = "mixed_float16"
    model = kind(
        [
            keras.Input((6,)),
            keras.layers.Dense(8, activation="relu", dtype=policy),
            keras.layers.Dense(1, dtype="float32"),
        ]
    )
    optimizer = keras.optimizers.LossScaleOptimizer(
        keras.optimizers.SGD(0.05), initial_scale=1024.0
    )
    model.compile(optimizer, "mse")
    return model


class Mine(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self(x, training=True) - y))
            scaled = self.optimizer.scale_loss(loss)
        grads = tape.gradient(scaled, self.trainable_variables)
        self.optimizer.apply(grads, self.trainable_variables)
        return {"loss": loss}


loop, reference = build(Mine), build(keras.Sequential)
EXPECTED = "equal"
