"""train_step override that unpacks the sample weights and never passes them on."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

rng = np.random.default_rng(33)
x = rng.normal(size=(40, 4)).astype("float32")
y = rng.integers(0, 3, size=40)
w = rng.choice([0.5, 1.0, 4.0], size=40).astype("float32")
batches = batched(12, x, y, w)


class Model(keras.Sequential):
    def train_step(self, data):
        if len(data) == 3:
            x, y, sample_weight = data
        else:
            x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


def build(kind, seed):
    keras.utils.set_random_seed(seed)
    model = kind(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adagrad(0.1), "sparse_categorical_crossentropy")
    return model


reference = build(keras.Sequential, 33)
loop = build(Model, 34)
EXPECTED = (
    "The sample weights are unpacked but not passed to the loss, so every sample counts the same."
)
STAGE = ("loss", "reduction")
CAUSE = "sample_weights_ignored"
