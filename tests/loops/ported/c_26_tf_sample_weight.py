"""train_step override that multiplies the unreduced losses by the sample weights and takes the mean."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

rng = np.random.default_rng(126)
x = rng.normal(size=(42, 5)).astype("float32")
y = rng.integers(0, 3, size=42)
w = rng.uniform(0.1, 3.0, size=42).astype("float32")
batches = batched(12, x, y, w)


class Weighted(keras.Sequential):
    def train_step(self, data):
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            p = self(x, training=True)
            losses = keras.losses.sparse_categorical_crossentropy(y, p)
            if sample_weight is not None:
                losses = losses * tf.cast(sample_weight, losses.dtype)
            loss = tf.reduce_mean(losses)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {"loss": loss}


def build(kind, seed):
    keras.utils.set_random_seed(seed)
    model = kind(
        [
            keras.Input((5,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adagrad(0.1), "sparse_categorical_crossentropy")
    return model


reference = build(keras.Sequential, 126)
loop = build(Weighted, 127)
EXPECTED = "equal"
