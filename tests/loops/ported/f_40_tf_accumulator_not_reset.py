"""Gradient accumulation in TensorFlow variables that are never set back to zero."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import tensorflow as tf

rng = np.random.default_rng(40)
x = rng.normal(size=(47, 4)).astype("float32")
y = rng.integers(0, 2, size=(47, 1)).astype("float32")
batches = batched(8, x, y)


class AccumModel(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        grads = tape.gradient(loss, self.trainable_variables)
        self.n_acum_step.assign_add(1)
        for acc, g in zip(self.gradient_accumulation, grads):
            acc.assign_add(g / 2.0)
        tf.cond(tf.equal(self.n_acum_step % 2, 0), self.apply_accu_gradients, lambda: None)
        return {"loss": loss}

    def apply_accu_gradients(self):
        self.optimizer.apply_gradients(zip(self.gradient_accumulation, self.trainable_variables))


def build(kind, seed, **options):
    keras.utils.set_random_seed(seed)
    model = kind(
        [
            keras.Input((4,)),
            keras.layers.Dense(7, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.2, **options), "binary_crossentropy")
    return model


reference = build(keras.Sequential, 40, gradient_accumulation_steps=2)
loop = build(AccumModel, 41)
loop.n_acum_step = tf.Variable(0, dtype=tf.int32, trainable=False)
loop.gradient_accumulation = [
    tf.Variable(tf.zeros(v.shape), trainable=False) for v in loop.trainable_variables
]
loop.optimizer.build(loop.trainable_variables)
EXPECTED = "The gradient accumulators aren't set back to zero after an update, so old gradients are applied again and again."
STAGE = ("state",)
CAUSE = "accumulator_kept"
