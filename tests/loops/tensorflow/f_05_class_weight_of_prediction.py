"""Class weights looked up in a hand-written loop on imbalanced data."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

keras.utils.set_random_seed(155)
rng = np.random.default_rng(155)
x = rng.normal(size=(45, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(45, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 45, 16)]
class_weight = np.float32([0.5, 1.0, 2.5])
batches = [(a, b, class_weight[b]) for a, b in batches]


def build():
    model = keras.Sequential(
        [keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(3, activation="softmax")]
    )
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    return model


reference, model = build(), build()


def train_step(x, y):
    with tf.GradientTape() as tape:
        probs = model(x, training=True)
        weights = tf.gather(class_weight, tf.argmax(probs, axis=-1))
        loss = tf.reduce_mean(weights * keras.losses.sparse_categorical_crossentropy(y, probs))
    model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


class Loop:
    def __init__(self):
        self.get_weights, self.set_weights = model.get_weights, model.set_weights

    def train_step(self, x, y, sample_weight=None):
        # the third item of the batches is for fit; the weights are looked up here
        return train_step(x, y)


loop = Loop()

EXPECTED = "The class weight is looked up with the predicted class instead of the true label."
STAGE = ("loss", "reduction")
CAUSE = "class_weight_of_prediction"
