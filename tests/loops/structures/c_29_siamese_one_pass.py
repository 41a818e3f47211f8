"""A siamese network that sends both halves through the shared encoder in one stacked batch."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(229)
rng = np.random.default_rng(229)
x = rng.normal(size=(44, 8)).astype("float32")
y = rng.random((44, 1)).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build(kind):
    inputs = keras.Input((8,))
    encoder = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(5, "tanh"), keras.layers.Dense(3)], name="encoder"
    )
    a, b = encoder(inputs[:, :4]), encoder(inputs[:, 4:])
    outputs = keras.layers.Dense(1)(keras.layers.Multiply()([a, b]))
    model = kind(inputs, outputs)
    model.encoder_, model.head_ = encoder, model.layers[-1]
    model.compile(keras.optimizers.SGD(0.1), "mae")
    return model


class Siamese(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            stacked = tf.concat([x[:, :4], x[:, 4:]], 0)
            a, b = tf.split(self.encoder_(stacked, training=True), 2)
            loss = tf.reduce_mean(tf.abs(self.head_(a * b) - y))
        g = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(g, self.trainable_variables))
        return {"loss": loss}


loop, reference = build(Siamese), build(keras.Model)
EXPECTED = "equal"
