"""Mixed precision with LossScaleOptimizer in a train_step override: scale_loss, then apply_gradients unscales."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

rng = np.random.default_rng(131)
x = rng.normal(size=(40, 8)).astype("float32")
y = rng.integers(0, 3, size=40)
batches = batched(12, x, y)


class Model(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
            scaled = self.optimizer.scale_loss(loss)
        grads = tape.gradient(scaled, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {"loss": loss}


def build(kind, seed):
    keras.utils.set_random_seed(seed)
    model = kind(
        [
            keras.Input((8,)),
            keras.layers.Dense(16, activation="relu", dtype="mixed_float16"),
            keras.layers.Dense(3, dtype="mixed_float16"),
            keras.layers.Activation("softmax", dtype="float32"),
        ]
    )
    optimizer = keras.optimizers.LossScaleOptimizer(
        keras.optimizers.Adam(0.01), initial_scale=1024.0
    )
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model


reference = build(keras.Sequential, 131)
loop = build(Model, 132)
EXPECTED = "equal"
