"""A bidirectional GRU as two layers, the second with go_backwards, in a subclassed model."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(214)
rng = np.random.default_rng(214)
x = rng.normal(size=(40, 6, 2)).astype("float32")
y = (x.sum((1, 2)) > 0).astype("float32")[:, None]
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [
        keras.Input((6, 2)),
        keras.layers.Bidirectional(keras.layers.GRU(3)),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")


class BiGRU(keras.Model):
    def __init__(self):
        super().__init__()
        self.fw = keras.layers.GRU(3, return_sequences=True)
        self.bw = keras.layers.GRU(3, go_backwards=True)
        self.out = keras.layers.Dense(1)

    def call(self, x):
        both = tf.concat([self.fw(x)[:, -1], self.bw(x)], -1)
        return tf.sigmoid(self.out(both))

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        self.optimizer.apply(
            tape.gradient(loss, self.trainable_variables), self.trainable_variables
        )
        return {"loss": loss}


loop = BiGRU()
loop(x[:2])
loop.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
EXPECTED = "equal"
