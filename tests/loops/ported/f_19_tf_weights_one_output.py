"""Two-headed model with a custom train_step that passes sample_weight to the first loss only."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

rng = np.random.default_rng(19)
x = rng.normal(size=(34, 5)).astype("float32")
ya = rng.normal(size=(34, 1)).astype("float32")
yb = rng.integers(0, 3, size=34)
w = rng.uniform(0.2, 2.0, size=34).astype("float32")
batches = [
    (x[i : i + 10], (ya[i : i + 10], yb[i : i + 10]), w[i : i + 10]) for i in range(0, 34, 10)
]


class TwoHeads(keras.Model):
    def train_step(self, data):
        x, (ya, yb), sample_weight = data
        with tf.GradientTape() as tape:
            pa, pb = self(x, training=True)
            loss = self.mse(ya, pa, sample_weight=sample_weight) + self.xent(yb, pb)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {"loss": loss}


def build(kind, seed):
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((5,))
    hidden = keras.layers.Dense(8, activation="relu")(inputs)
    a = keras.layers.Dense(1, name="value")(hidden)
    b = keras.layers.Dense(3, activation="softmax", name="kind")(hidden)
    model = kind(inputs, [a, b])
    model.compile(keras.optimizers.Adam(0.01), ["mse", "sparse_categorical_crossentropy"])
    return model


reference = build(keras.Model, 19)
loop = build(TwoHeads, 20)
loop.mse = keras.losses.MeanSquaredError()
loop.xent = keras.losses.SparseCategoricalCrossentropy()
EXPECTED = "The sample weights are applied to the first output's loss only; the second output's loss is unweighted."
STAGE = ("loss", "reduction")
CAUSE = "sample_weights_ignored"
