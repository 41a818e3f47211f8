"""Transfer learning in a custom loop: only the head's variables go to the optimizer, the base is called with training=True."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = "The base is not really frozen: leaving its variables out of the gradient list does not keep its batch normalization from using batch statistics and updating the moving ones (base.trainable = False or training=False is missing)."
STAGE = ("outputs", "state")

keras.utils.set_random_seed(46)
rng = np.random.default_rng(46)
x = rng.normal(size=(27, 6)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(27, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 27, 8)]
x = (1.5 * x + 0.7).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 27, 8)]


def make_base():
    return keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(7),
            keras.layers.BatchNormalization(),
            keras.layers.Activation("relu"),
        ]
    )


class FineTuner:
    def __init__(self):
        self.base = make_base()
        self.head = keras.Sequential(
            [keras.Input((7,)), keras.layers.Dense(3, activation="softmax")]
        )
        self.optimizer = keras.optimizers.Adam(0.01)
        self.loss_fn = keras.losses.SparseCategoricalCrossentropy()

    def get_weights(self):
        return self.base.get_weights() + self.head.get_weights()

    def set_weights(self, weights):
        self.base.set_weights(weights[:-2])
        self.head.set_weights(weights[-2:])

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            features = self.base(x, training=True)
            loss = self.loss_fn(y, self.head(features, training=True))
        grads = tape.gradient(loss, self.head.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.head.trainable_variables))
        return float(loss)


base = make_base()
base.trainable = False
reference = keras.Sequential([keras.Input((6,)), base, keras.layers.Dense(3, activation="softmax")])
reference.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
loop = FineTuner()
CAUSE = "frozen_batch_norm"
