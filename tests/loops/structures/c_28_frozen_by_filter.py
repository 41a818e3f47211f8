"""A fine-tuning trainer that never sets trainable, but trains the head's variables only."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(228)
rng = np.random.default_rng(228)
from kerasfoundations.diagnose import KerasLoop

x = rng.normal(size=(44, 6)).astype("float32")
y = rng.integers(0, 3, 44)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build():
    i = keras.Input((6,))
    base = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(5, "relu"), keras.layers.Dense(4, "relu")],
        name="base",
    )
    model = keras.Model(i, keras.layers.Dense(3, name="head")(base(i)))
    return model, base


reference, base = build()
base.trainable = False
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)


class FineTuner:
    def __init__(self):
        self.model, self.base = build()
        self.base.trainable = False
        self.head = self.model.get_layer("head")
        self.optimizer = keras.optimizers.Adam(0.01)

    def __call__(self, x, y):
        features = self.base(x)
        with tf.GradientTape() as tape:
            logits = self.head(features)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
        w = self.head.trainable_weights
        self.optimizer.apply(tape.gradient(loss, w), w)
        return loss


tuner = FineTuner()
loop = KerasLoop(tuner.model, lambda x, y: tuner(x, y))
EXPECTED = "equal"
