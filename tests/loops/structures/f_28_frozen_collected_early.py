"""A fine-tuning trainer that collects the trainable variables before the base is frozen."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(128)
rng = np.random.default_rng(128)
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
    model = keras.Model(i, keras.layers.Dense(3)(base(i)))
    return model, base


reference, base = build()
base.trainable = False
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)


class FineTuner:
    def __init__(self):
        self.model, base = build()
        self.variables = list(self.model.trainable_variables)
        base.trainable = False
        self.optimizer = keras.optimizers.Adam(0.01)
        self.loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def __call__(self, x, y):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([v.value for v in self.variables])
            loss = self.loss(y, self.model(x, training=True))
        self.optimizer.apply(tape.gradient(loss, [v.value for v in self.variables]), self.variables)
        return loss


tuner = FineTuner()
loop = KerasLoop(tuner.model, lambda x, y: tuner(x, y))
EXPECTED = "The frozen base is trained as well: the list of variables was made before base.trainable = False."
STAGE = ("update", "gradients")
CAUSE = "frozen_layer_trained"
