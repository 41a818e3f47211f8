"""Pixels divided by 255 in the loop, where the reference has a Rescaling layer."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

keras.utils.set_random_seed(44)
rng = np.random.default_rng(21)
x = rng.integers(0, 256, size=(30, 5, 5, 1)).astype("float32")
y = rng.integers(0, 3, size=30)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 30, 12)]

reference = keras.Sequential(
    [
        keras.Input((5, 5, 1)),
        L.Rescaling(1 / 255.0),
        L.Conv2D(4, 2, activation="relu"),
        L.Flatten(),
        L.Dense(3, activation="softmax"),
    ]
)
reference.compile("adam", "sparse_categorical_crossentropy")
model = keras.Sequential(
    [keras.Input((5, 5, 1)), L.Conv2D(4, 2, activation="relu"), L.Flatten(), L.Dense(3)]
)
optimizer = keras.optimizers.Adam()


class Loop:
    def get_weights(self):
        return model.get_weights()

    def set_weights(self, ws):
        model.set_weights(ws)

    def predict(self, x):
        return tf.nn.softmax(model(x / 255.0)).numpy()

    def train_step(self, images, labels):
        images = tf.cast(images, tf.float32) / 255.0
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels, model(images, training=True))
            )
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss.numpy()


loop = Loop()

EXPECTED = "equal"
