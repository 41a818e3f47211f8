"""An overridden train_step that calls super().train_step to get the metrics."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

keras.utils.set_random_seed(739)
rng = np.random.default_rng(739)
x = rng.normal(size=(36, 6)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(36, 1)) > 0).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]


class Twice(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x, y, y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        logs = super().train_step(data)
        logs["loss"] = loss
        return logs


def build(kind):
    model = kind(
        [keras.Input((6,)), L.Dense(4, activation="relu"), L.Dense(1, activation="sigmoid")]
    )
    model.compile(keras.optimizers.SGD(0.1), "binary_crossentropy")
    return model


reference, loop = build(keras.Sequential), build(Twice)

EXPECTED = "Every batch is used for two updates: the step's own and that of super().train_step, called for its metrics."
STAGE = ("update", "state")
CAUSE = "steps_twice"
