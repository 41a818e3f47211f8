"""Sample weights divided by their sum."""

import keras
import numpy as np
import tensorflow as tf

L = keras.layers
rng = np.random.default_rng(2248)
keras.utils.set_random_seed(2248)

x = rng.normal(size=(44, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(44, 1))).astype("float32")
w = rng.uniform(0.2, 3, size=44).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16], w[i : i + 16]) for i in range(0, 44, 16)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
model = keras.Sequential([keras.Input((4,)), L.Dense(8, activation="relu"), L.Dense(1)])
optimizer = keras.optimizers.SGD(0.05)


class Loop:
    get_weights, set_weights = model.get_weights, model.set_weights

    def predict(self, x):
        return model.predict(x, verbose=0)

    def train_step(self, x, y, sample_weight):
        with tf.GradientTape() as tape:
            losses = tf.reduce_mean((model(x, training=True) - y) ** 2, axis=1)
            loss = tf.reduce_sum(losses * sample_weight) / tf.reduce_sum(sample_weight)
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return float(loss)


loop = Loop()
EXPECTED = "The weighted losses are divided by the sum of the sample weights instead of by the number of samples."
STAGE = ("reduction",)
CAUSE = "sample_weights_normalized"
