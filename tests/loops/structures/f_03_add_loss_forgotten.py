"""A GradientTape trainer over a model whose inner layer registers its penalty with add_loss."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(103)
rng = np.random.default_rng(103)
from kerasfoundations.diagnose import KerasLoop

x = rng.normal(size=(40, 4)).astype("float32")
y = (x @ rng.normal(size=(4, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


class Penalized(keras.layers.Dense):
    def call(self, inputs):
        self.add_loss(0.05 * keras.ops.sum(keras.ops.square(self.kernel)))
        return super().call(inputs)


def build():
    model = keras.Sequential(
        [keras.Input((4,)), Penalized(5, activation="relu"), keras.layers.Dense(1)]
    )
    model.compile(keras.optimizers.SGD(0.02), "mse")
    return model


reference, model = build(), build()


class Trainer:
    def __init__(self, model, optimizer, loss_fn):
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn

    def step(self, x, y):
        with tf.GradientTape() as tape:
            loss = self.loss_fn(y, self.model(x, training=True))
        grads = tape.gradient(loss, self.model.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.model.trainable_weights))
        return loss


trainer = Trainer(model, keras.optimizers.SGD(0.02), keras.losses.MeanSquaredError())
loop = KerasLoop(model, trainer.step)
EXPECTED = "The penalties in model.losses (the layer's add_loss) are not added to the loss."
STAGE = ("regularization",)
CAUSE = "activity_penalty_missing"
