"""Label smoothing written by hand in a Model's train_step, with the formula for two classes."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(142)
rng = np.random.default_rng(142)
x = rng.normal(size=(44, 5)).astype("float32")
y = np.eye(4, dtype="float32")[rng.integers(0, 4, 44)]
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build(kind):
    model = kind([keras.Input((5,)), keras.layers.Dense(6, "swish"), keras.layers.Dense(4)])
    model.compile(
        keras.optimizers.SGD(0.1),
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2),
    )
    return model


class Net(keras.Sequential):
    def train_step(self, data):
        x, y = data
        y = y * (1 - 0.2) + 0.5 * 0.2
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(
                tf.nn.softmax_cross_entropy_with_logits(y, self(x, training=True))
            )
        g = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(g, self.trainable_variables))
        return {"loss": loss}


loop, reference = build(Net), build(keras.Sequential)
EXPECTED = "Labels are smoothed with 0.5 * eps, the formula for two classes, instead of eps / 4."
STAGE = ("loss",)
CAUSE = "label_smoothing_share"
