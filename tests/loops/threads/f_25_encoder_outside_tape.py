"""Two models trained together, where the encoder is called one line above the tape."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = "The encoder's forward pass is outside the GradientTape, so the encoder gets no gradients and never learns."
STAGE = ("gradients",)

keras.utils.set_random_seed(25)
rng = np.random.default_rng(25)
x = rng.normal(size=(26, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 2))) + 0.1 * rng.normal(size=(26, 2))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 26, 8)]


class Trainer:
    def __init__(self):
        self.encoder = keras.Sequential(
            [keras.Input((5,)), keras.layers.Dense(4, activation="tanh")]
        )
        self.head = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
        self.optimizer = keras.optimizers.Adam(0.01)

    def get_weights(self):
        return self.encoder.get_weights() + self.head.get_weights()

    def set_weights(self, weights):
        self.encoder.set_weights(weights[:2])
        self.head.set_weights(weights[2:])

    def predict(self, x):
        return self.head(self.encoder(x)).numpy()

    def train_step(self, x, y):
        codes = self.encoder(x, training=True)
        with tf.GradientTape() as tape:
            pred = self.head(codes, training=True)
            loss = tf.reduce_mean(tf.square(pred - y))
        variables = self.encoder.trainable_variables + self.head.trainable_variables
        grads = tape.gradient(loss, variables)
        grads = [tf.zeros_like(v) if g is None else g for g, v in zip(grads, variables)]
        self.optimizer.apply_gradients(zip(grads, variables))
        return float(loss)


loop = Trainer()
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.Adam(0.01), "mse")
CAUSE = "frozen_variable"
