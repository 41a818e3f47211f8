"""The loop of old GAN repositories: train_on_batch, with the metrics reset each time."""

import keras
import numpy as np
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(866)
rng = np.random.default_rng(866)
x = rng.normal(size=(36, 5)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(36, 1)) > 0).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]


def build():
    model = keras.Sequential(
        [
            keras.Input((5,)),
            L.Dense(8, activation="leaky_relu"),
            L.BatchNormalization(),
            L.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(
        keras.optimizers.Adam(0.002, beta_1=0.5), "binary_crossentropy", metrics=["accuracy"]
    )
    return model


reference, model = build(), build()


def train_step(x, y):
    model.reset_metrics()
    loss, accuracy = model.train_on_batch(x, y)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
